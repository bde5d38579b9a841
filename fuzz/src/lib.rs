//! What the fuzz targets share: where each begins. A target makes its seeds itself, from what the
//! repository holds and invents; none is anybody's, and none lies in the repository.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folder into which a target writes what it begins with.
const SEEDS: &str = "SIGHTLINE_FUZZ_SEEDS";

/// Writes what a target begins with, before the fuzzer reads it.
pub fn begin_with<B: AsRef<[u8]>>(seeds: impl IntoIterator<Item = B>) {
    let Some(folder) = env::var_os(SEEDS).map(PathBuf::from) else { return };
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:03}")), seed).expect("the seed is written");
    }
}

/// The files of a folder of the repository with this ending.
pub fn files_of(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let listed = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = listed.map(|file| file.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == ending));
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).expect("it can be read")).collect()
}

/// What is tried of a questionnaire: every page that there is takes the form, and what comes of it
/// is kept, judged, and the same when it comes back.
pub fn sent_to_every_page(
    asked: &questionnaire::Questionnaire,
    sent: &[(String, String)],
    answers: &mut questionnaire::Answers,
) {
    for page in asked.pages(answers) {
        asked.take(page, sent, answers);
        let _ = (asked.problems(page, answers, true), asked.is_complete(page, answers));
    }
    for (_, said) in sent {
        let _ = asked.page(said, answers);
    }
    let stored = serde_json::to_string(answers).expect("answers are stored");
    assert_eq!(
        &serde_json::from_str::<questionnaire::Answers>(&stored).expect("and read"),
        answers
    );
    if let Ok(response) = asked.complete(answers) {
        let again = asked.answers_of(&response).expect("what we said is read");
        assert_eq!(asked.complete(&again), Ok(response), "a spelling that is taken is stable");
    }
}
