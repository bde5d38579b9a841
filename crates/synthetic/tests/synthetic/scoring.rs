//! The scorer on small cases that were worked out by hand, by the definitions of the peers' scorer.

use synthetic::scoring::{
    Latency, NotScored, Pairs, QueryTruth, Ranking, Truth, fairness, score, score_queries,
};

/// Two people of one family who are twins, with three and two records, and a stranger with one.
const TRUTH: &str = "record_id,person_id,family_id,twin_group,role,name_group,source
a1,A,F1,T1,child,british,health
a2,A,F1,T1,child,british,police
a3,A,F1,T1,child,british,health
b1,B,F1,T1,child,british,health
b2,B,F1,T1,child,british,school
c1,C,F2,,adult,slavic,health
";

fn scored(pairs: &str, between_sources: bool) -> Ranking {
    let truth = Truth::read(TRUTH.as_bytes()).unwrap();
    let pairs = format!("id_l,id_r,probability\n{pairs}");
    let pairs = Pairs::read(pairs.as_bytes(), &truth, between_sources).unwrap();
    score(&truth, &pairs)
}

/// Four true pairs: three of A and one of B. Listed: two true ones, one of twins, one of strangers.
const PAIRS: &str = "a1,a2,0.995\nb2,b1,0.95\na1,b1,0.92\na3,c1,0.4\n";

#[test]
fn precision_recall_and_f1_are_of_the_links_at_a_threshold() {
    let ranking = scored(PAIRS, false);
    assert_eq!((ranking.records, ranking.true_pairs, ranking.listed), (6, 4, 4));
    assert!((ranking.completeness - 0.5).abs() < 1e-12);
    let [half, nine, high] = &ranking.fixed;
    assert_eq!((half.links, half.false_links), (3, 1));
    assert!((half.precision - 2.0 / 3.0).abs() < 1e-12 && (half.recall - 0.5).abs() < 1e-12);
    assert_eq!(half.links, nine.links);
    assert_eq!((nine.false_in_family, nine.false_of_twins), (Some(1), Some(1)));
    assert_eq!((high.links, high.precision, high.recall), (1, 1.0, 0.25));
    // Both true links and nothing else: P 1, R 1/2.
    let best = ranking.best.unwrap();
    assert!((best.threshold - 0.95).abs() < 1e-12 && (best.f1 - 2.0 / 3.0).abs() < 1e-12);
    assert!((ranking.auto[0].recall - 0.5).abs() < 1e-12);
    assert_eq!(ranking.auto[0].threshold, Some(0.95));
}

#[test]
fn of_thresholds_that_do_equally_well_the_highest_is_the_best() {
    let ranking = scored("a1,b1,0.9\na1,c1,0.8\n", false);
    assert_eq!(ranking.best.map(|best| best.threshold), Some(0.9));
}

#[test]
fn who_is_of_no_twins_is_nobodys_twin() {
    let truth = "record_id,person_id,family_id,twin_group\n1,A,F1,\n2,B,F1,\n";
    let truth = Truth::read(truth.as_bytes()).unwrap();
    let pairs = Pairs::read("l,r,p\n1,2,0.95\n".as_bytes(), &truth, false).unwrap();
    let scored = &score(&truth, &pairs).fixed[1];
    assert_eq!((scored.false_in_family, scored.false_of_twins), (Some(1), Some(0)));
}

#[test]
fn a_pair_counts_once_with_its_highest_probability() {
    let twice = scored("a1,a2,0.6\na2,a1,0.995\na1,a1,0.999\n", false);
    assert_eq!(twice.listed, 1);
    assert_eq!(twice.fixed[2].links, 1);
}

#[test]
fn people_are_perfect_who_are_one_cluster_with_nobody_else() {
    // A is whole by way of a2, B is whole.
    let whole = &scored("a1,a2,0.95\na2,a3,0.95\nb1,b2,0.95\n", false).fixed[1];
    assert_eq!(whole.clusters.people_perfect, 1.0);
    assert_eq!(whole.clusters.records_in_mixed, 0);
    assert_eq!(whole.clusters.pairs.map(|pairs| pairs.f1), Some(1.0));
    // One false link joins the twins: nobody is perfect, and ten pairs come to be.
    let joined = &scored("a1,a2,0.95\na2,a3,0.95\nb1,b2,0.95\na1,b1,0.9\n", false).fixed[1];
    assert_eq!(joined.clusters.people_perfect, 0.0);
    assert_eq!(joined.clusters.records_in_mixed, 5);
    let pairs = joined.clusters.pairs.unwrap();
    assert_eq!((pairs.precision, pairs.recall), (0.4, 1.0));
    // Whichever way links go, they hang together.
    let round = &scored("a1,a3,0.96\na2,a3,0.95\nb1,b2,0.95\n", false).fixed[1];
    assert_eq!(round.clusters.people_perfect, 1.0);
    // A third record left out: only B is perfect.
    let partly = &scored("a1,a2,0.95\nb1,b2,0.95\n", false).fixed[1];
    assert_eq!(partly.clusters.people_perfect, 0.5);
}

#[test]
fn between_sources_pairs_of_one_source_do_not_count() {
    // Of A, health's two records are one source's: two pairs are left, and one of B.
    let ranking = scored("a1,a3,0.99\na1,a2,0.99\n", true);
    assert_eq!((ranking.true_pairs, ranking.listed), (3, 1));
    assert!((ranking.fixed[0].recall - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(ranking.fixed[0].clusters.pairs, None);
}

#[test]
fn calibration_is_the_distance_of_what_was_said_from_what_is_so() {
    // One band at 0.92 to 0.95 with one of two true; one at 0.995 that is; one at 0.4 that is not.
    let calibration = scored(PAIRS, false).calibration.unwrap();
    // 0.92 is of band 18, 0.95 and 0.995 of band 19.
    let by_hand = (0.92 + (2.0 - 0.95 - 0.995) + 0.4) / 4.0;
    assert!((calibration.ece - by_hand).abs() < 1e-12, "{}", calibration.ece);
    let squares = (0.005_f64.powi(2) + 0.05_f64.powi(2) + 0.92_f64.powi(2) + 0.4_f64.powi(2)) / 4.0;
    assert!((calibration.brier - squares).abs() < 1e-12);
}

#[test]
fn people_look_at_what_is_neither_sure_nor_unlikely() {
    let review = scored("a1,a2,0.99\nb1,b2,0.98\na1,b1,0.05\na3,c1,0.04\n", false).review;
    assert_eq!((review.pairs, review.true_share), (2, Some(0.5)));
    assert!((review.per_1000_records - 1000.0 * 2.0 / 6.0).abs() < 1e-9);
}

#[test]
fn an_empty_list_links_nothing() {
    let ranking = scored("", false);
    assert_eq!(ranking.best, None);
    assert_eq!((ranking.fixed[0].precision, ranking.fixed[0].recall), (1.0, 0.0));
    assert_eq!(ranking.calibration, None);
}

#[test]
fn each_group_has_its_recall_and_its_false_links() {
    let truth = Truth::read(TRUTH.as_bytes()).unwrap();
    let pairs = "l,r,p\na1,a2,0.95\na1,b1,0.92\na3,c1,0.91\nb1,b2,0.5\n";
    let pairs = Pairs::read(pairs.as_bytes(), &truth, false).unwrap();
    let fares = fairness(&truth, &pairs);
    let of = |group: &str| fares.iter().find(|fares| fares.group == group).unwrap();
    let british = of("name:british");
    assert_eq!((british.records, british.true_pairs, british.recall), (5, 4, 0.25));
    assert!((british.false_links_per_1000_records - 400.0).abs() < 1e-9);
    assert!((of("name:slavic").false_links_per_1000_records - 1000.0).abs() < 1e-9);
    assert_eq!(of("role:adult").recall, 0.0);
}

#[test]
fn a_query_is_right_wrong_missed_or_rightly_new() {
    let truth = Truth::read(TRUTH.as_bytes()).unwrap();
    let asked = "query_id,person_id,family_id,in_index
q1,A,F1,1
q2,B,F1,1
q3,C,F2,1
q4,D,F1,0
q5,E,F9,0
";
    let asked = QueryTruth::read(asked.as_bytes(), &truth).unwrap();
    // q1 right; q2 taken for the twin, though B is a candidate; q3 unanswered; q4 taken for a
    // relative; q5 rightly new.
    let answers = "query_id,record_id,probability\nq1,a2,0.97\nq2,b1,0.6\nq2,a1,0.96\nq4,a1,0.92\nq5,c1,0.6\n";
    let scored = score_queries(&truth, &asked, answers.as_bytes()).unwrap();
    assert_eq!((scored.queries, scored.in_index), (5, 3));
    let nine = &scored.at[1];
    assert_eq!((nine.right, nine.wrong, nine.missed, nine.new_ok), (1, 2, 2, 1));
    assert_eq!((nine.false_match_rate_new, nine.wrong_in_family), (0.5, 2));
    assert!((nine.precision - 1.0 / 3.0).abs() < 1e-12);
    assert!((scored.review_recall - 2.0 / 3.0).abs() < 1e-12);
    // At a half q5 is taken for a stranger, who is of no family of theirs.
    assert_eq!((scored.at[0].wrong, scored.at[0].wrong_in_family), (3, 2));
    let higher = &scored.at[3];
    assert_eq!((higher.right, higher.wrong, higher.missed, higher.new_ok), (0, 0, 3, 2));
}

#[test]
fn times_are_told_by_their_rank() {
    let times: String = (1..=100).rev().map(|micros| format!("q{micros},{micros}\n")).collect();
    let latency = Latency::read(format!("query_id,micros\n{times}").as_bytes()).unwrap().unwrap();
    assert_eq!((latency.p50, latency.p99, latency.max, latency.count), (51.0, 100.0, 100.0, 100));
}

#[test]
fn files_that_can_not_be_scored_are_refused() {
    let no_person = Truth::read("record_id,name\n1,x\n".as_bytes());
    assert!(matches!(no_person, Err(NotScored::Column("person_id"))));
    let nobody = Truth::read("record_id,person_id\n1,\n".as_bytes());
    assert!(matches!(nobody, Err(NotScored::Line(2, _))));
    let truth = Truth::read(TRUTH.as_bytes()).unwrap();
    let no_number = Pairs::read("l,r,p\na1,a2,sure\n".as_bytes(), &truth, false);
    assert!(matches!(no_number, Err(NotScored::Line(2, _))));
}
