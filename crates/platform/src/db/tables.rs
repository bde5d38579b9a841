//! A database as tables, columns and rows, whatever is in them: for moving all of it, to a file
//! or to a database of the other kind. It knows the few types that the tables are made of, and
//! refuses any other rather than lose something.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, QueryResult, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{At, On, Runs};

/// The migration library's own table: it says which tables there are, and is not one of them.
const LEDGER: &str = "seaql_migrations";
/// How many values one statement may carry: SQLite takes 32 766.
const MOST_VALUES: usize = 30_000;
/// How many rows one statement may insert.
const MOST_ROWS: usize = 500;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Uuid,
    Text,
    Bytes,
    Integer,
    BigInteger,
    Boolean,
    At,
    On,
}

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Uuid(Uuid),
    Text(String),
    Bytes(Vec<u8>),
    Number(i64),
    Boolean(bool),
    At(Timestamp),
    On(Date),
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// Which columns are the primary key, in its order.
    key: Vec<usize>,
    parents: BTreeSet<String>,
}

/// Every table, those that others refer to before those that refer to them.
///
/// # Errors
/// When the database does, or a table is made of what this does not know.
pub async fn tables(db: &impl Runs) -> Result<Vec<Table>, DbErr> {
    let catalogue = Catalogue::of(db.connection().get_database_backend());
    #[derive(FromQueryResult)]
    struct Named {
        name: String,
    }
    let named: Vec<Named> = db.all(catalogue.tables, [LEDGER.into()]).await?;
    let mut tables = Vec::with_capacity(named.len());
    for Named { name } in named {
        let parents: Vec<Named> = db.all(catalogue.parents, [name.clone().into()]).await?;
        let parents = parents.into_iter().map(|p| p.name).filter(|p| *p != name).collect();
        tables.push(table(db, &catalogue, name, parents).await?);
    }
    parents_first(tables)
}

async fn table(
    db: &impl Runs,
    catalogue: &Catalogue,
    name: String,
    parents: BTreeSet<String>,
) -> Result<Table, DbErr> {
    #[derive(FromQueryResult)]
    struct Described {
        name: String,
        kind: String,
        key: i64,
    }
    let described: Vec<Described> = db.all(catalogue.columns, [name.clone().into()]).await?;
    let mut key: Vec<(i64, usize)> = described
        .iter()
        .enumerate()
        .filter(|(_, column)| column.key > 0)
        .map(|(place, column)| (column.key, place))
        .collect();
    key.sort_unstable();
    if key.is_empty() {
        return Err(DbErr::Custom(format!("the table {name} has no primary key")));
    }
    let columns = described
        .into_iter()
        .map(|column| match Kind::of(&column.kind) {
            Some(kind) => Ok(Column { name: column.name, kind }),
            None => Err(DbErr::Custom(format!("{name}.{} is {}", column.name, column.kind))),
        })
        .collect::<Result<_, _>>()?;
    let key = key.into_iter().map(|(_, place)| place).collect();
    Ok(Table { name, columns, key, parents })
}

fn parents_first(mut tables: Vec<Table>) -> Result<Vec<Table>, DbErr> {
    let mut placed = BTreeSet::new();
    let mut ordered = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let (ready, waiting): (Vec<_>, Vec<_>) =
            tables.into_iter().partition(|table| table.parents.is_subset(&placed));
        if ready.is_empty() {
            return Err(DbErr::Custom("tables refer to each other in a circle".to_owned()));
        }
        placed.extend(ready.iter().map(|table| table.name.clone()));
        ordered.extend(ready);
        tables = waiting;
    }
    Ok(ordered)
}

impl Table {
    /// What a row is known by: the cells of its primary key.
    pub fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        self.key.iter().map(|&place| row[place].clone()).collect()
    }

    /// Up to `most` rows in the order of the key, after the row before.
    ///
    /// # Errors
    /// When the database does.
    pub async fn rows(
        &self,
        db: &impl Runs,
        after: Option<&[Cell]>,
        most: i64,
    ) -> Result<Vec<Vec<Cell>>, DbErr> {
        let key = listed(self.key.iter().map(|place| &self.columns[*place]));
        let after: Vec<Value> = after.map_or_else(Vec::new, |row| {
            self.key.iter().map(|&p| self.columns[p].kind.value(row[p].clone())).collect()
        });
        let behind = if after.is_empty() {
            String::new()
        } else {
            format!("WHERE ({key}) > ({})", places(1, after.len()))
        };
        let text = format!(
            "SELECT {} FROM \"{}\" {behind} ORDER BY {key} LIMIT {most}",
            listed(&self.columns),
            self.name
        );
        let rows = db.connection().query_all_raw(db.statement(&text, after)).await?;
        rows.iter().map(|row| self.columns.iter().map(|c| c.cell(row)).collect()).collect()
    }

    /// Puts rows into the table, their cells in the order of its columns.
    ///
    /// # Errors
    /// When the database does not take one.
    pub async fn insert(&self, db: &impl Runs, rows: &[Vec<Cell>]) -> Result<(), DbErr> {
        let wide = self.columns.len();
        for rows in rows.chunks(MOST_ROWS.min(MOST_VALUES / wide)) {
            let places: Vec<String> =
                (0..rows.len()).map(|row| format!("({})", places(row * wide + 1, wide))).collect();
            let text = format!(
                "INSERT INTO \"{}\" ({}) VALUES {}",
                self.name,
                listed(&self.columns),
                places.join(", ")
            );
            let value = |(cell, column): (&Cell, &Column)| column.kind.value(cell.clone());
            let values: Vec<Value> =
                rows.iter().flat_map(|row| row.iter().zip(&self.columns).map(value)).collect();
            db.run(&text, values).await?;
        }
        Ok(())
    }

    /// Takes every row away.
    ///
    /// # Errors
    /// When the database does.
    pub async fn clear(&self, db: &impl Runs) -> Result<(), DbErr> {
        db.run(&format!("DELETE FROM \"{}\"", self.name), []).await.map(drop)
    }
}

fn listed<'c>(columns: impl IntoIterator<Item = &'c Column>) -> String {
    columns.into_iter().map(|c| format!("\"{}\"", c.name)).collect::<Vec<_>>().join(", ")
}

fn places(first: usize, how_many: usize) -> String {
    (first..first + how_many).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

impl Column {
    fn cell(&self, row: &QueryResult) -> Result<Cell, DbErr> {
        let name = self.name.as_str();
        Ok(match self.kind {
            Kind::Uuid => row.try_get::<Option<Uuid>>("", name)?.map(Cell::Uuid),
            Kind::Text => row.try_get::<Option<String>>("", name)?.map(Cell::Text),
            Kind::Bytes => row.try_get::<Option<Vec<u8>>>("", name)?.map(Cell::Bytes),
            Kind::Integer => row.try_get::<Option<i32>>("", name)?.map(|n| Cell::Number(n.into())),
            Kind::BigInteger => row.try_get::<Option<i64>>("", name)?.map(Cell::Number),
            Kind::Boolean => row.try_get::<Option<bool>>("", name)?.map(Cell::Boolean),
            Kind::At => row.try_get::<Option<At>>("", name)?.map(|at| Cell::At(at.0)),
            Kind::On => row.try_get::<Option<On>>("", name)?.map(|on| Cell::On(on.0)),
        }
        .unwrap_or(Cell::Empty))
    }
}

impl Kind {
    /// What the two databases call it.
    fn of(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "uuid" => Self::Uuid,
            "text" => Self::Text,
            "bytea" => Self::Bytes,
            "integer" | "int4" => Self::Integer,
            "bigint" | "int8" => Self::BigInteger,
            "boolean" | "bool" => Self::Boolean,
            "timestamptz" => Self::At,
            "date" => Self::On,
            _ => return None,
        })
    }

    /// A cell as the database takes it. One that is not of this kind is empty: [`Kind::read`]
    /// makes none such.
    fn value(self, cell: Cell) -> Value {
        match (self, cell) {
            (Self::Uuid, Cell::Uuid(id)) => id.into(),
            (Self::Uuid, _) => None::<Uuid>.into(),
            (Self::Text, Cell::Text(text)) => text.into(),
            (Self::Text, _) => None::<String>.into(),
            (Self::Bytes, Cell::Bytes(bytes)) => bytes.into(),
            (Self::Bytes, _) => None::<Vec<u8>>.into(),
            (Self::Integer, Cell::Number(n)) => i32::try_from(n).ok().into(),
            (Self::Integer, _) => None::<i32>.into(),
            (Self::BigInteger, Cell::Number(n)) => n.into(),
            (Self::BigInteger, _) => None::<i64>.into(),
            (Self::Boolean, Cell::Boolean(yes)) => yes.into(),
            (Self::Boolean, _) => None::<bool>.into(),
            (Self::At, Cell::At(at)) => At(at).into(),
            (Self::At, _) => None::<At>.into(),
            (Self::On, Cell::On(on)) => On(on).into(),
            (Self::On, _) => None::<On>.into(),
        }
    }

    /// The cell that [`Cell::written`] wrote; `None` when it is none of this kind.
    pub fn read(self, json: &Json) -> Option<Cell> {
        Some(match (self, json) {
            (_, Json::Null) => Cell::Empty,
            (Self::Uuid, Json::String(text)) => Cell::Uuid(text.parse().ok()?),
            (Self::Text, Json::String(text)) => Cell::Text(text.clone()),
            (Self::Bytes, Json::String(text)) => Cell::Bytes(bytes(text)?),
            (Self::Integer, Json::Number(n)) => {
                Cell::Number(i32::try_from(n.as_i64()?).ok()?.into())
            }
            (Self::BigInteger, Json::Number(n)) => Cell::Number(n.as_i64()?),
            (Self::Boolean, Json::Bool(yes)) => Cell::Boolean(*yes),
            (Self::At, Json::String(text)) => Cell::At(text.parse().ok()?),
            (Self::On, Json::String(text)) => Cell::On(text.parse().ok()?),
            _ => return None,
        })
    }
}

impl Cell {
    /// The cell as JSON, which says the same of either database: bytes in hexadecimal digits,
    /// moments in UTC.
    pub fn written(&self) -> Json {
        match self {
            Self::Empty => Json::Null,
            Self::Uuid(id) => id.to_string().into(),
            Self::Text(text) => text.as_str().into(),
            Self::Bytes(bytes) => hex(bytes).into(),
            Self::Number(n) => (*n).into(),
            Self::Boolean(yes) => (*yes).into(),
            Self::At(at) => at.to_string().into(),
            Self::On(on) => on.to_string().into(),
        }
    }
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    let digit = |d: u8| char::from(d).to_digit(16).and_then(|d| u8::try_from(d).ok());
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// How a database describes itself.
struct Catalogue {
    tables: &'static str,
    columns: &'static str,
    parents: &'static str,
}

impl Catalogue {
    fn of(backend: DbBackend) -> Self {
        if backend == DbBackend::Sqlite {
            Self {
                tables: "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> $1 \
                         AND name NOT LIKE 'sqlite%' ORDER BY name",
                columns: "SELECT name, type AS kind, pk AS key FROM pragma_table_info($1) \
                          ORDER BY cid",
                parents: "SELECT DISTINCT \"table\" AS name FROM pragma_foreign_key_list($1)",
            }
        } else {
            Self {
                tables: "SELECT table_name::text AS name FROM information_schema.tables \
                         WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' \
                         AND table_name <> $1 ORDER BY 1",
                columns: "SELECT c.column_name::text AS name, c.udt_name::text AS kind, \
                          coalesce(array_position(k.conkey, c.ordinal_position::smallint), 0)::bigint AS key \
                          FROM information_schema.columns c LEFT JOIN pg_constraint k \
                          ON k.contype = 'p' AND k.conrelid = quote_ident(c.table_name)::regclass \
                          WHERE c.table_schema = current_schema() AND c.table_name = $1 \
                          ORDER BY c.ordinal_position",
                parents: "SELECT DISTINCT p.relname::text AS name FROM pg_constraint k \
                          JOIN pg_class p ON p.oid = k.confrelid \
                          WHERE k.contype = 'f' AND k.conrelid = quote_ident($1)::regclass",
            }
        }
    }
}
