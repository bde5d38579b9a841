//! When a checkpoint counts: k of the named witnesses have co-signed it. One witness may be down,
//! and one may be bribed; the partnership says how many must agree.

use crate::{
    checkpoint::SignedCheckpoint,
    key::{Seconds, SignedBy, WitnessKey},
    note::{KeyName, NotANote, read_signatures},
};

/// Why witnesses are no quorum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAQuorum {
    /// Nobody need sign, or more than there are.
    #[error("of {witnesses} witnesses, {needed} can't be asked for")]
    Number {
        /// How many were to be needed.
        needed: usize,
        /// How many there are.
        witnesses: usize,
    },
    /// One witness stands there twice, by name or by key.
    #[error("one witness is named twice, or two share a key")]
    Twice,
}

/// The named witnesses, and how many of them it takes.
#[derive(Debug, Clone)]
pub struct Quorum {
    needed: usize,
    witnesses: Vec<WitnessKey>,
}

/// Which of the named witnesses co-signed a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cosigners {
    /// Those who did, and when.
    pub good: Vec<(KeyName, Seconds)>,
    /// Those in whose name a signature stands that is not theirs.
    pub forged: Vec<KeyName>,
    needed: usize,
}

impl Cosigners {
    /// Whether there are enough of them.
    #[must_use]
    pub fn are_enough(&self) -> bool {
        self.good.len() >= self.needed
    }
}

/// Why an answer of a witness was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerNotTaken {
    /// It is not lines of signatures.
    #[error(transparent)]
    Malformed(#[from] NotANote),
    /// No named witness co-signed in it.
    #[error("no witness that is known here co-signed")]
    Unknown,
    /// A signature in a witness's name is not theirs.
    #[error("the signature in the name of {0} is not theirs")]
    Forged(KeyName),
}

impl Quorum {
    /// These witnesses, of whom `needed` must agree.
    ///
    /// # Errors
    /// When that can't be met or is nobody, or one of them would count twice.
    pub fn new(needed: usize, witnesses: Vec<WitnessKey>) -> Result<Self, NotAQuorum> {
        if needed == 0 || needed > witnesses.len() {
            return Err(NotAQuorum::Number { needed, witnesses: witnesses.len() });
        }
        for (before, one) in witnesses.iter().enumerate() {
            let same = |w: &WitnessKey| w.is_same_key(one) || w.name() == one.name();
            if witnesses[..before].iter().any(same) {
                return Err(NotAQuorum::Twice);
            }
        }
        Ok(Self { needed, witnesses })
    }

    /// Where there is no witness yet: nothing counts as co-signed.
    #[must_use]
    pub fn of_nobody() -> Self {
        Self { needed: usize::MAX, witnesses: Vec::new() }
    }

    /// How many witnesses must agree.
    #[must_use]
    pub fn needed(&self) -> usize {
        self.needed
    }

    /// Who co-signed. Each counts once, however often they signed; strangers do not count.
    #[must_use]
    pub fn cosigners(&self, checkpoint: &SignedCheckpoint) -> Cosigners {
        let mut cosigners = Cosigners { needed: self.needed, ..Cosigners::default() };
        for witness in &self.witnesses {
            match witness.cosigned_note(checkpoint.note()) {
                SignedBy::Good(at) => cosigners.good.push((witness.name().clone(), at)),
                SignedBy::Forged => cosigners.forged.push(witness.name().clone()),
                SignedBy::Absent => {}
            }
        }
        cosigners
    }

    /// Adds to a checkpoint what a witness answered (200 to `add-checkpoint`). Signatures of
    /// strangers are left out.
    ///
    /// # Errors
    /// When the answer is malformed, holds nothing by a named witness, or something forged. The
    /// checkpoint is then as before.
    pub fn take(
        &self,
        checkpoint: &mut SignedCheckpoint,
        answer: &str,
    ) -> Result<(), AnswerNotTaken> {
        let mut cosigned = checkpoint.clone();
        let known =
            |name: &KeyName, key| self.witnesses.iter().any(|w| w.name() == name && w.id() == key);
        let mut taken = false;
        for signature in read_signatures(answer)? {
            if known(&signature.name, signature.key) {
                cosigned.note_mut().add(signature)?;
                taken = true;
            }
        }
        if let Some(name) = self.cosigners(&cosigned).forged.into_iter().next() {
            return Err(AnswerNotTaken::Forged(name));
        }
        if !taken {
            return Err(AnswerNotTaken::Unknown);
        }
        *checkpoint = cosigned;
        Ok(())
    }
}
