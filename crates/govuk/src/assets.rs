//! The design system's files, inside the binary.

use std::borrow::Cow;

#[derive(rust_embed::RustEmbed)]
#[folder = "$OUT_DIR/assets"]
struct Files;

/// Plain names and the names under which they are served.
const TABLE: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/asset_table.rs"));

/// A file to be served.
#[derive(Debug)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
    /// Whether its name changes with its content, so that it may be kept for ever.
    pub immutable: bool,
}

/// The file of that name, as in its address.
pub fn asset(name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    let content_type = if std::path::Path::new(name).extension().is_some_and(|e| e == "css") {
        "text/css; charset=utf-8"
    } else {
        "text/javascript; charset=utf-8"
    };
    let immutable = TABLE.iter().any(|(plain, hashed)| *hashed == name && plain != hashed);
    Some(Asset { bytes: file.data, content_type, immutable })
}

/// Where a file is served: `app.css` → `/assets/app.0123.css`.
pub fn asset_url(name: &str) -> String {
    let hashed = TABLE.iter().find(|(plain, _)| *plain == name).map_or(name, |(_, hashed)| hashed);
    format!("/assets/{hashed}")
}
