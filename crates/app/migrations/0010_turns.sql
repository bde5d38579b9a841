-- The queue’s order, derived beside the rest: only what is not yet answered has a place in it, so
-- that a page of it costs what the hub’s open work is, not what its history is.
ALTER TABLE screening ADD COLUMN urgency integer;
ALTER TABLE screening ADD COLUMN limit_at timestamptz;
CREATE INDEX screening_turn ON screening (urgency, limit_at, received_at, pathway_id)
  WHERE urgency IS NOT NULL;
UPDATE screening SET
  urgency = CASE
    WHEN NOT danger OR decided_at IS NOT NULL THEN 2
    WHEN unread_since IS NULL THEN 1
    ELSE 0
  END,
  limit_at = COALESCE(
    (SELECT min(k.breach_at) FROM clock k WHERE k.pathway_id = screening.pathway_id
      AND k.state = 'running' AND k.code IN ('REF-1WD', 'REF-FB')),
    received_at)
  WHERE pathway_id IN (SELECT p.id FROM pathway p WHERE p.ended_at IS NULL);
