//! What is doubtful in the answers of a draft, by what the questionnaire says that each is about. A
//! birth that lies in the future is put right on its own page, unless a child is in danger; all else
//! is asked about and can be sent.

use practice::{calendar::Day, identifiers::Scheme};
use questionnaire::{Answers, Page, Problem, Questionnaire, Value};

use crate::people::doubts;

/// What must be put right on a page before it makes sense. Danger waits for no date.
pub fn refused(
    questionnaire: &Questionnaire,
    page: Page<'_>,
    answers: &Answers,
    today: Day,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if questionnaire.is_in_a_hurry(answers) {
        return problems;
    }
    each(questionnaire, page, answers, |about, field, said| {
        if matches!(about, "child.born" | "adult.born") && doubts::is_to_come(said, today) {
            let instead = if about == "child.born" {
                ". If the baby is not born yet, say so above and give the expected date"
            } else {
                ""
            };
            let say = format!("The date of birth must be in the past{instead}");
            problems.push(Problem { field: field.to_owned(), say });
        }
        if about == "child.expected"
            && let Some(say) = doubts::is_overdue(said, today)
        {
            problems.push(Problem { field: field.to_owned(), say });
        }
    });
    problems
}

/// What is asked about on a page, each by its field.
pub fn asked_about(
    questionnaire: &Questionnaire,
    page: Page<'_>,
    answers: &Answers,
    today: Day,
) -> Vec<Problem> {
    let mut found = Vec::new();
    each(questionnaire, page, answers, |about, field, said| {
        let doubt = match about {
            "child.nhs" => doubts::of_number(Scheme::Nhs, said),
            "child.upn" => doubts::of_number(Scheme::Upn, said),
            "child.council-number" => doubts::of_number(Scheme::Council, said),
            "household.postcode" => doubts::of_postcode(said),
            "child.born" => doubts::of_birth(said, today),
            "child.expected" => doubts::of_expected(said, today),
            _ => None,
        };
        found.extend(doubt.map(|say| Problem { field: field.to_owned(), say }));
    });
    found
}

fn each(
    questionnaire: &Questionnaire,
    page: Page<'_>,
    answers: &Answers,
    mut look: impl FnMut(&str, &str, &str),
) {
    questionnaire.walk(page.items(), &page.prefix(), answers, &mut |item, field, asked| {
        let Some(about) = item.about.as_deref().filter(|_| asked) else { return };
        if let Ok([Value::Date(said) | Value::Text(said)]) = item.values(field, answers).as_deref()
        {
            look(about, field, said);
        }
    });
}
