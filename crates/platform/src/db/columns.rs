//! How moments, days and folded names stand in a column, the same on both databases.

use chrono::{DateTime, Utc};
use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A moment in a `timestamptz` column: UTC, whole microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(pub Timestamp);

/// A day in a `date` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct On(pub Date);

impl From<At> for Value {
    fn from(At(moment): At) -> Self {
        DateTime::<Utc>::from_timestamp_micros(moment.as_microsecond()).unwrap_or_default().into()
    }
}

impl From<On> for Value {
    fn from(On(day): On) -> Self {
        chrono::NaiveDate::from_ymd_opt(
            i32::from(day.year()),
            u32::from(day.month().unsigned_abs()),
            u32::from(day.day().unsigned_abs()),
        )
        .unwrap_or_default()
        .into()
    }
}

impl TryFrom<DateTime<Utc>> for At {
    type Error = jiff::Error;
    fn try_from(stored: DateTime<Utc>) -> Result<Self, jiff::Error> {
        Timestamp::from_microsecond(stored.timestamp_micros()).map(At)
    }
}

impl TryFrom<chrono::NaiveDate> for On {
    type Error = jiff::Error;
    fn try_from(stored: chrono::NaiveDate) -> Result<Self, jiff::Error> {
        stored.to_string().parse().map(On)
    }
}

/// Lets a type of ours stand in a column as one of chrono's.
macro_rules! stands_as {
    ($ours:ty, $theirs:ty) => {
        impl TryGetable for $ours {
            fn try_get_by<I: ColIdx>(row: &QueryResult, column: I) -> Result<Self, TryGetError> {
                <$theirs>::try_get_by(row, column)?
                    .try_into()
                    .map_err(|e: jiff::Error| TryGetError::DbErr(DbErr::Type(e.to_string())))
            }
        }
        impl ValueType for $ours {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                <$theirs as ValueType>::try_from(value)?.try_into().map_err(|_| ValueTypeErr)
            }
            fn type_name() -> String {
                stringify!($ours).to_owned()
            }
            fn array_type() -> ArrayType {
                <$theirs as ValueType>::array_type()
            }
            fn column_type() -> ColumnType {
                <$theirs as ValueType>::column_type()
            }
        }
        impl Nullable for $ours {
            fn null() -> Value {
                <$theirs as Nullable>::null()
            }
        }
    };
}
stands_as!(At, DateTime<Utc>);
stands_as!(On, chrono::NaiveDate);

/// What a character is to whoever looks for a name: its letters without marks, small; nothing for a mark
/// that stands by itself.
pub fn letters(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)
}

/// A name as searching sees it: marks stripped, lower case, letters and digits only, single
/// spaces. `Ó Briain` and `o'briain` fold alike enough to be found under either.
///
/// Both databases fold nothing but ASCII by themselves, so this is done here and stored.
pub fn fold(name: &str) -> String {
    let plain = name.chars().flat_map(letters);
    let mut folded = String::with_capacity(name.len());
    for c in plain {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !matches!(c, '\'' | '’' | '`') && !folded.ends_with(' ') && !folded.is_empty() {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn a_name_is_found_under_its_plain_letters() {
        assert_eq!(fold("Ó Briain"), "o briain");
        assert_eq!(fold("O’Shea"), "oshea");
        assert_eq!(fold("Nguyễn An"), "nguyen an");
        assert_eq!(fold("Taylor-Wood "), "taylor wood");
        assert_eq!(fold("محمد"), "محمد");
    }
}
