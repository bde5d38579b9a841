//! Fields of a form in an address that nobody can read: sealed, and for one session alone. So that
//! a page that was asked for by what somebody typed can be gone back to, and a name stands in no
//! history and no log.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use platform::seal::{Keys, Sealed};

use super::Fields;
use crate::error::{Error, Result};

/// What the fields are sealed for, in the key's derivation.
const PURPOSE: &str = "fields in an address";

/// These fields as a value in an address, which this session alone can open.
///
/// # Errors
/// When the machine has no randomness.
pub fn sealed(keys: &Keys, session: &[u8], fields: &Fields) -> Result<String> {
    let sealed = keys
        .seal(PURPOSE, session, &serde_json::to_vec(&fields.0)?)
        .map_err(|e| Error::fault("sealing what stands in an address", e))?;
    Ok(URL_SAFE_NO_PAD.encode(sealed.0))
}

/// The fields that this session sealed; none when it was another, or the value was altered.
pub fn opened(keys: &Keys, session: &[u8], value: &str) -> Option<Fields> {
    let sealed = Sealed(URL_SAFE_NO_PAD.decode(value).ok()?);
    let opened = keys.unseal(PURPOSE, session, &sealed).ok()?;
    serde_json::from_slice(&opened).ok().map(Fields)
}

#[cfg(test)]
mod tests {
    use platform::seal::Keys;

    use super::{opened, sealed};
    use crate::web::Fields;

    #[test]
    fn what_was_typed_is_read_again_by_the_same_session_alone() {
        let keys = Keys::random().unwrap();
        let typed = Fields(vec![("q".into(), "Nguyễn & Söhne".into())]);
        let value = sealed(&keys, b"mine", &typed).unwrap();
        assert!(value.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{value}");
        assert_eq!(opened(&keys, b"mine", &value).unwrap().get("q"), "Nguyễn & Söhne");
        assert!(opened(&keys, b"another's", &value).is_none());
        for other in ["", "q=Rowe", &value[1..], &format!("{value}A")] {
            assert!(opened(&keys, b"mine", other).is_none(), "{other}");
        }
    }
}
