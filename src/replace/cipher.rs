//! The operator `encrypt`: a token that only the project's key turns back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::draw::Unit;
use super::key::ProjectKey;
use crate::text::Label;

const NONCE: usize = 24;

/// Encrypts and decrypts tokens: XChaCha20-Poly1305, the label as associated data.
///
/// The nonce is an HMAC of patient, label and text, so the same value of a patient gives the same token, and no nonce serves
/// two texts. Source: draft-irtf-cfrg-xchacha-03; RFC 8452, section 9, for nonces that are derived.
pub(super) struct Cipher(XChaCha20Poly1305);

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cipher(…)")
    }
}

/// Why a token does not open; says nothing of what is inside.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CipherError {
    #[error("not a token: `<LABEL:enc:…>` is expected")]
    Format,
    #[error("the token is of another key, or was changed")]
    Refused,
}

impl Cipher {
    pub(super) fn new(key: &ProjectKey) -> Self {
        let key = Zeroizing::new(key.derive("encrypt", &[]));
        Cipher(XChaCha20Poly1305::new_from_slice(&*key).expect("the key has 32 bytes"))
    }

    /// `<NOM:enc:…>`
    pub(super) fn encrypt(&self, unit: &Unit, label: Label, text: &str) -> String {
        let derived = unit.bytes(&format!("nonce {label}"), text);
        let nonce = XNonce::try_from(&derived[..NONCE]).expect("a nonce has 24 bytes");
        let payload = Payload { msg: text.as_bytes(), aad: label.as_str().as_bytes() };
        let sealed = self.0.encrypt(&nonce, payload).expect("a span is far below the cipher's limit");
        let coded = URL_SAFE_NO_PAD.encode([&derived[..NONCE], &sealed].concat());
        format!("<{label}:enc:{coded}>")
    }

    pub(super) fn decrypt(&self, token: &str) -> Result<String, CipherError> {
        let inside = token.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).ok_or(CipherError::Format)?;
        let (label, coded) = inside.split_once(":enc:").ok_or(CipherError::Format)?;
        let bytes = URL_SAFE_NO_PAD.decode(coded).map_err(|_| CipherError::Format)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(CipherError::Format)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| CipherError::Format)?;
        let open = self.0.decrypt(&nonce, Payload { msg: sealed, aad: label.as_bytes() });
        String::from_utf8(open.map_err(|_| CipherError::Refused)?).map_err(|_| CipherError::Refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_open_with_their_key_and_label_only() {
        let (key, other) = (ProjectKey::generate().unwrap(), ProjectKey::generate().unwrap());
        let unit = Unit::new(&key, Some("p"), "d");
        let cipher = Cipher::new(&key);
        let token = cipher.encrypt(&unit, Label::NOM, "Évêque");
        assert_eq!(token, cipher.encrypt(&unit, Label::NOM, "Évêque"));
        assert_ne!(token, cipher.encrypt(&Unit::new(&key, Some("q"), "d"), Label::NOM, "Évêque"));
        assert_eq!(cipher.decrypt(&token).unwrap(), "Évêque");
        assert!(matches!(Cipher::new(&other).decrypt(&token), Err(CipherError::Refused)));
        assert!(matches!(cipher.decrypt(&token.replace("NOM", "PRENOM")), Err(CipherError::Refused)));
        for broken in ["", "<NOM>", "<NOM:enc:>", "<NOM:enc:$$>", "Évêque"] {
            assert!(matches!(cipher.decrypt(broken), Err(CipherError::Format)), "{broken}");
        }
    }
}
