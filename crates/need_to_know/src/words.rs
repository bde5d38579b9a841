//! Words that the policies and the code share, and small sets of them.

use std::{fmt, marker::PhantomData};

/// A word that the policies know too.
pub trait Word: Copy + Eq + fmt::Debug + 'static {
    /// Every word of this kind, in the order in which they are declared.
    const ALL: &'static [Self];
    /// The word as the policies write it.
    fn word(self) -> &'static str;
    /// Its place in [`Word::ALL`].
    fn place(self) -> usize;
    /// The word that is written so.
    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|w| w.word() == word)
    }
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$one])* $variant,)+ }

        impl crate::words::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
            fn place(self) -> usize {
                self as usize
            }
        }
    };
}
pub(crate) use words;

/// A set of words of one kind; at most 32 kinds of word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Few<T>(u32, PhantomData<T>);

impl<T: Word> Few<T> {
    /// Nothing.
    pub const NONE: Self = Self(0, PhantomData);

    /// These.
    pub fn of(words: &[T]) -> Self {
        words.iter().copied().collect()
    }

    /// These and that one.
    #[must_use]
    pub fn with(self, word: T) -> Self {
        Self(self.0 | 1 << word.place(), PhantomData)
    }

    /// These but that one.
    #[must_use]
    pub fn without(self, word: T) -> Self {
        Self(self.0 & !(1 << word.place()), PhantomData)
    }

    /// Whether that one is among them.
    pub fn contains(self, word: T) -> bool {
        self.0 & (1 << word.place()) != 0
    }

    /// Whether any is in both.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |w| self.contains(*w))
    }
}

impl<T: Word> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(words: I) -> Self {
        words.into_iter().fold(Self::NONE, Self::with)
    }
}

impl<T: Word> fmt::Debug for Few<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Word::word)).finish()
    }
}
