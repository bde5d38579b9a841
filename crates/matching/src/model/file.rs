//! The model as a file that people can read and compare: TOML, one section for each table, each
//! line with its weight against a relative and against a stranger.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use thiserror::Error;

use super::{Model, OFFSETS, Weight};
use crate::compare::tables::{RARE, TABLES};
use crate::entities::{CURVES, Curve};

/// Why a text is no model.
#[derive(Debug, Error)]
pub enum NotAModel {
    /// Not TOML, or not of this shape.
    #[error("this is not a matching model: {0}")]
    Shape(#[from] toml::de::Error),
    /// A table or line that this version doesn't have, or lacks.
    #[error("the model's lines are not those of this version: {0}")]
    Lines(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    records: u32,
    shares: [f32; 3],
    start: Weight,
    tables: BTreeMap<String, BTreeMap<String, Weight>>,
    rare: BTreeMap<String, Weight>,
    #[serde(default)]
    groups: BTreeMap<String, Groups>,
}

/// How two groups of some sizes speak together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Groups {
    bridges: [f32; 5],
    clash: f32,
    curves: BTreeMap<String, Curve>,
}

const SIZES: [&str; 3] = ["one_and_one", "one_and_several", "several_and_several"];

impl Model {
    /// The model that comes with this version.
    ///
    /// # Errors
    /// Never, which a test proves.
    pub fn kept() -> Result<Self, NotAModel> {
        Self::parse(include_str!("../../data/model.toml"))
    }

    /// What is assumed before anything is learned.
    ///
    /// # Errors
    /// Never, which a test proves.
    pub fn beforehand() -> Result<Self, NotAModel> {
        Self::parse(include_str!("../../data/beforehand.toml"))
    }

    /// Reads a model. Lines that the file doesn't name weigh nothing.
    ///
    /// # Errors
    /// When the text is no model of this version.
    pub fn parse(text: &str) -> Result<Self, NotAModel> {
        let file: File = toml::from_str(text)?;
        let mut model = Self {
            version: file.version,
            shares: file.shares,
            start: file.start,
            ..Self::blank(file.records)
        };
        for (key, lines) in file.tables {
            let unknown = |line: &str| NotAModel::Lines(format!("{key}.{line}"));
            let table = TABLES.iter().position(|t| t.key == key).ok_or_else(|| unknown(""))?;
            let keys: Vec<String> =
                (0..TABLES[table].len()).map(|l| TABLES[table].key_of(l)).collect();
            for (line, weight) in lines {
                let at = keys.iter().position(|k| *k == line).ok_or_else(|| unknown(&line))?;
                model.weights[OFFSETS[table] + at] = weight;
            }
        }
        for (key, weight) in file.rare {
            let at = RARE.iter().position(|r| r.key == key).ok_or(NotAModel::Lines(key))?;
            model.rare[at] = weight;
        }
        for (key, groups) in file.groups {
            let size = SIZES.iter().position(|s| *s == key).ok_or(NotAModel::Lines(key))?;
            model.weighing.bridges[size] = groups.bridges;
            model.weighing.clash[size] = groups.clash;
            for (key, curve) in groups.curves {
                let at = CURVES.iter().position(|c| *c == key).ok_or(NotAModel::Lines(key))?;
                model.weighing.curves[size][at] = curve;
            }
        }
        Ok(model)
    }

    /// Writes the model; [`Model::parse`] reads the same again.
    pub fn to_text(&self) -> String {
        let weight = |[relative, stranger]: Weight| format!("[{relative:.4}, {stranger:.4}]");
        let mut text = format!(
            "# What each finding is worth: natural logarithms of odds, against a relative and against a stranger.\n\
             version = {:?}\nrecords = {}\nshares = {:?}\nstart = {}\n\n[rare]\n",
            self.version,
            self.records,
            self.shares,
            weight(self.start)
        );
        for (rare, each) in RARE.iter().zip(&self.rare) {
            let _ = writeln!(text, "{} = {}", rare.key, weight(*each));
        }
        for (number, table) in TABLES.iter().enumerate() {
            let _ = writeln!(text, "\n[tables.{}]", table.key);
            for line in 0..table.len() {
                let each = self.weights[OFFSETS[number] + line];
                if each != [0.0; 2] {
                    let _ = writeln!(text, "\"{}\" = {}", table.key_of(line), weight(each));
                }
            }
        }
        let list = |values: &[f32]| {
            let all: Vec<String> = values.iter().map(|v| format!("{v:.4}")).collect();
            format!("[{}]", all.join(", "))
        };
        for (size, key) in SIZES.iter().enumerate() {
            let (bridges, clash) = (list(&self.weighing.bridges[size]), self.weighing.clash[size]);
            let _ = writeln!(
                text,
                "\n[groups.{key}]\nbridges = {bridges}\nclash = {clash:.4}\n[groups.{key}.curves]"
            );
            for (name, curve) in CURVES.iter().zip(&self.weighing.curves[size]) {
                let _ = writeln!(text, "{name} = {}", list(curve));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_that_come_with_this_version_can_be_read() {
        assert!(Model::kept().is_ok_and(|model| model.records > 0));
        assert!(Model::beforehand().is_ok());
    }

    #[test]
    fn a_model_that_was_written_reads_the_same() -> Result<(), NotAModel> {
        let kept = Model::kept()?;
        assert_eq!(Model::parse(&kept.to_text())?, kept);
        Ok(())
    }

    #[test]
    fn a_line_that_no_table_has_is_refused() {
        let text = Model::blank(10).to_text() + "\n[tables.shoe_size]\n\"same\" = [1.0, 1.0]\n";
        assert!(matches!(Model::parse(&text), Err(NotAModel::Lines(_))));
    }
}
