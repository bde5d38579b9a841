//! Takes the design system's published files from npm, leaves out the font and crest that are
//! licensed to others, and puts the rest under names that change with their content.

use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

type Done = Result<(), Box<dyn std::error::Error>>;

fn main() -> Done {
    for input in ["build.rs", "package.json", "package-lock.json", "assets"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let packages = out.join("npm");
    fetch(&packages)?;
    let modules = packages.join("node_modules");
    println!(
        "cargo::rustc-env=GOVUK_FIXTURES={}",
        modules.join("govuk-frontend/dist/govuk/components").display()
    );

    let assets = out.join("assets");
    if assets.exists() {
        fs::remove_dir_all(&assets)?;
    }
    fs::create_dir_all(&assets)?;
    let govuk = modules.join("govuk-frontend/dist/govuk");
    let moj = modules.join("@ministryofjustice/frontend/moj");
    let css = [
        without_font(&read(&govuk.join("govuk-frontend.min.css"))?),
        without_font(&read(&moj.join("moj-frontend.min.css"))?),
        read(Path::new("assets/sightline.css"))?,
    ];
    let mut table = String::new();
    for (name, extension, content) in [
        ("app", "css", css.join("\n")),
        ("govuk-frontend", "js", read(&govuk.join("govuk-frontend.min.js"))?),
        ("start", "js", read(Path::new("assets/start.js"))?),
        ("leave", "js", read(Path::new("assets/leave.js"))?),
        ("passkey", "js", read(Path::new("assets/passkey.js"))?),
    ] {
        let content = content
            .lines()
            .filter(|line| {
                !line.starts_with("//# sourceMappingURL")
                    && !line.starts_with("/*# sourceMappingURL")
            })
            .collect::<Vec<_>>()
            .join("\n");
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        // The start script imports the other by its plain name, which is therefore served too.
        let hashed = if name == "govuk-frontend" {
            format!("{name}.{extension}")
        } else {
            format!("{name}.{:016x}.{extension}", hasher.finish())
        };
        fs::write(assets.join(&hashed), content)?;
        table.push_str(&format!("(\"{name}.{extension}\", \"{hashed}\"),\n"));
    }
    fs::write(out.join("asset_table.rs"), format!("&[\n{table}]"))?;
    Ok(())
}

/// Runs `npm ci` where the lock file has changed since it last ran.
fn fetch(packages: &Path) -> Done {
    let lock = fs::read("package-lock.json")?;
    let done = packages.join("done.lock");
    if fs::read(&done).is_ok_and(|before| before == lock) {
        return Ok(());
    }
    fs::create_dir_all(packages)?;
    fs::copy("package.json", packages.join("package.json"))?;
    fs::copy("package-lock.json", packages.join("package-lock.json"))?;
    let status = Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
            "--loglevel=error",
        ])
        .current_dir(packages)
        .status()
        .map_err(|e| {
            format!("npm is needed to take the design system's files (install Node.js): {e}")
        })?;
    if !status.success() {
        return Err("npm ci failed: the design system's files could not be taken".into());
    }
    fs::write(done, lock)?;
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// GDS Transport and the crest are licensed for gov.uk alone: their faces, names and pictures go,
/// a font of the reader's own system comes in.
fn without_font(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("@font-face{") {
        kept.push_str(&rest[..start]);
        rest = rest[start..].find('}').map_or("", |end| &rest[start + end + 1..]);
    }
    kept.push_str(rest);
    kept.replace("\"GDS Transport\",arial,sans-serif", "var(--app-font)")
        .replace("GDS Transport,arial,sans-serif", "var(--app-font)")
        .replace("url(/assets/images/govuk-crest.svg)", "none")
}
