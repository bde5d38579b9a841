//! Reading policies from their text: parsed, each under the name that it gives itself, and
//! validated strictly against the schema. The build reads them by this, and so does the start.

use std::{collections::BTreeSet, fmt};

use cedar_policy::{PolicyId, PolicySet, Schema, ValidationMode, Validator};

/// Why the policies can't be used. Nothing may be decided without them.
#[derive(Debug)]
pub struct Unreadable {
    /// Which file or policy.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policies: {}: {}", self.place, self.problem)
    }
}

impl std::error::Error for Unreadable {}

fn unreadable(place: &str, problem: impl fmt::Display) -> Unreadable {
    Unreadable { place: place.into(), problem: problem.to_string() }
}

/// Policies under their own names, and the schema that they hold against.
///
/// # Errors
/// For text that does not parse, a policy without `@id` or `@because`, a name used twice, and
/// whatever the schema does not allow; warnings (a condition that can never hold) are errors.
pub fn read(files: &[(&str, &str)], schema: &str) -> Result<(PolicySet, Schema), Unreadable> {
    let (schema, warnings) =
        Schema::from_cedarschema_str(schema).map_err(|e| unreadable("schema", e))?;
    if let Some(warning) = warnings.into_iter().next() {
        return Err(unreadable("schema", warning));
    }
    let mut policies = PolicySet::new();
    let mut names = BTreeSet::new();
    for (file, text) in files {
        let parsed: PolicySet = text.parse().map_err(|e| unreadable(file, e))?;
        if parsed.num_of_templates() > 0 {
            return Err(unreadable(file, "templates are not used here"));
        }
        for policy in parsed.policies() {
            let id = policy.annotation("id").unwrap_or_default().to_owned();
            let because = policy.annotation("because").unwrap_or_default();
            if id.is_empty() || !because.ends_with('.') {
                let which = if id.is_empty() { policy.to_string() } else { id };
                return Err(unreadable(
                    file,
                    format!("{which}: needs @id and a sentence @because"),
                ));
            }
            if !names.insert(id.clone()) {
                return Err(unreadable(file, format!("{id} stands here twice")));
            }
            let named = policy.new_id(PolicyId::new(&id));
            policies.add(named).map_err(|e| unreadable(file, e))?;
        }
    }
    let found = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
    if !found.validation_passed_without_warnings() {
        return Err(unreadable("validation", found));
    }
    Ok((policies, schema))
}
