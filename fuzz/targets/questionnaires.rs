//! Questionnaires, drafts and responses as files and databases give them: any text is a
//! questionnaire or says why not, and one that is read can be answered.
#![no_main]

use libfuzzer_sys::fuzz_target;
use questionnaire::{Answers, Questionnaire, Response};

/// What parts a questionnaire from the draft and the response that are tried with it.
const PARTED_BY: &str = "\n----\n";

fn seeds() -> Vec<Vec<u8>> {
    let draft =
        r#"{"children[0].given-name":["Arlo"],"children[1].born.year":["2019"],"worry":["x"]}"#;
    let response = r#"{"resourceType":"QuestionnaireResponse","questionnaire":"urn:x|1","item":[{"linkId":"a","answer":[{"valueString":"x"}]}]}"#;
    let small = r#"{"resourceType":"Questionnaire","url":"urn:x","version":"1","title":"X","item":[{"linkId":"p","type":"group","text":"Page","repeats":true,"item":[{"linkId":"a","type":"string","text":"A","maxLength":3},{"linkId":"c","type":"choice","text":"C","enableWhen":[{"question":"a","operator":"=","answerString":"x"}],"answerOption":[{"valueCoding":{"system":"urn:c","code":"1","display":"One"}}]},{"linkId":"d","type":"date","text":"D"},{"linkId":"n","type":"integer","text":"N"}]}]}"#;
    let small = [small, draft, response].join(PARTED_BY).into_bytes();
    fuzz::files_of("questionnaires", "json").into_iter().chain([small]).collect()
}

fuzz_target!(init: fuzz::begin_with(seeds()), |bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split(PARTED_BY);
    let Ok(asked) = Questionnaire::read(parts.next().unwrap_or_default()) else { return };
    let _ = asked.flaws();
    let sent: Vec<(String, String)> =
        asked.all_items().iter().map(|item| (item.link_id.clone(), "7".to_owned())).collect();
    let mut answers = asked.initial_answers();
    if asked.flaws().is_empty() {
        fuzz::sent_to_every_page(&asked, &sent, &mut answers);
    }
    for part in parts {
        if let Ok(draft) = serde_json::from_str::<Answers>(part) {
            let _ = (asked.pages(&draft), asked.complete(&draft), asked.is_in_a_hurry(&draft));
        }
        if let Ok(json) = serde_json::from_str(part) {
            let _ = asked.answers_of(&Response(json)).map(|answers| asked.complete(&answers));
        }
    }
});
