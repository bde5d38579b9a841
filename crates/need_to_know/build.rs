//! Reads every policy file, so that a policy that does not hold against the schema, or says not
//! why, does not build; and writes the list of files, so that none in the folder is forgotten.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

#[path = "src/reading.rs"]
mod reading;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("policies");
    println!("cargo::rerun-if-changed=policies");
    println!("cargo::rerun-if-changed=src/reading.rs");
    let mut texts = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "cedar") {
            texts.push((path.display().to_string(), fs::read_to_string(&path)?));
        }
    }
    texts.sort();
    let borrowed: Vec<_> = texts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let schema = fs::read_to_string(folder.join("sightline.cedarschema"))?;
    reading::read(&borrowed, &schema)?;

    let mut list = String::from("&[\n");
    for (name, _) in &texts {
        let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
        // Found from where the crate is compiled: clones may share what was built of another.
        let here = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/policies/{stem}.cedar\")");
        writeln!(list, "    ({stem:?}, include_str!({here})),")?;
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("files.rs"), list)?;
    Ok(())
}
