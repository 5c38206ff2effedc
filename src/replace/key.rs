use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What the only line of a key file starts with.
const HEADER: &str = "estompe-key-v1:";
/// A key file is 60 bytes; more than this is something else.
const LONGEST: u64 = 4096;

/// A project's secret: 256 random bits. Zeroised when dropped, never shown.
///
/// Its file has one line, `estompe-key-v1:` and 32 bytes in base64, and is readable by its owner only.
#[derive(zeroize::ZeroizeOnDrop)]
pub struct ProjectKey([u8; 32]);

impl std::fmt::Debug for ProjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProjectKey(…)")
    }
}

/// Why a key file is refused; quotes nothing of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    #[error("the system gave no random bytes")]
    Random,
    #[error("{path}: the key cannot be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: others than its owner may use this key (mode {mode:03o}); run: chmod 600 {path}")]
    Shared { path: PathBuf, mode: u32 },
    #[error("{path}: not a key; a key file is one line, `{HEADER}` followed by 32 bytes in base64")]
    Format { path: PathBuf },
    #[error("{path}: the file exists; a key is never overwritten")]
    Exists { path: PathBuf },
    #[error("{path}: the key cannot be written: {source}")]
    Write { path: PathBuf, source: std::io::Error },
}

impl ProjectKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// [`KeyError::Random`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut key = ProjectKey([0; 32]);
        getrandom::fill(&mut key.0).map_err(|_| KeyError::Random)?;
        Ok(key)
    }

    /// A key that everybody knows, for evaluations: their figures are the same each time, and nobody keeps their output.
    pub const fn of_evaluations() -> Self {
        ProjectKey([0; 32])
    }

    /// A key of bytes that are known to others: for invented reports, never for those of patients.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        ProjectKey(bytes)
    }

    /// The key of a file.
    ///
    /// # Errors
    /// [`KeyError::Read`], [`KeyError::Shared`] on Unix if group or others may read or write it, [`KeyError::Format`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let unreadable = |source| KeyError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        refuse_shared(&file, path)?;
        let mut text = Zeroizing::new(Vec::with_capacity(128));
        file.take(LONGEST).read_to_end(&mut text).map_err(unreadable)?;
        let refused = || KeyError::Format { path: path.to_owned() };
        let line = std::str::from_utf8(&text).map_err(|_| refused())?;
        let coded = line.trim_end_matches(['\n', '\r']).strip_prefix(HEADER).ok_or_else(refused)?;
        let bytes = Zeroizing::new(STANDARD.decode(coded).map_err(|_| refused())?);
        let mut key = ProjectKey([0; 32]);
        if bytes.len() != key.0.len() {
            return Err(refused());
        }
        key.0.copy_from_slice(&bytes);
        Ok(key)
    }

    /// Writes the key to a new file that only its owner may read, and waits until it is on the disk.
    ///
    /// # Errors
    /// [`KeyError::Exists`]: a key is never overwritten; [`KeyError::Write`].
    pub fn create(&self, path: &Path) -> Result<(), KeyError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
            _ => KeyError::Write { path: path.to_owned(), source },
        })?;
        let line = Zeroizing::new(format!("{HEADER}{}\n", Zeroizing::new(STANDARD.encode(self.0)).as_str()));
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| sync_folder(path));
        written.map_err(|source| {
            // Half a key is worse than none; the file is ours, just made.
            let _ = std::fs::remove_file(path);
            KeyError::Write { path: path.to_owned(), source }
        })
    }

    /// 16 hexadecimal digits that tell keys apart and say nothing of them; for manifests.
    pub fn fingerprint(&self) -> String {
        hex(&self.derive("fingerprint", &[])[..8])
    }

    /// HMAC-SHA-256 under the key of a domain and parts, each preceded by its length: no two lists read alike.
    ///
    /// Source: RFC 2104.
    pub fn derive(&self, domain: &str, parts: &[&[u8]]) -> [u8; 32] {
        derive(&self.0, domain, parts)
    }
}

/// As [`ProjectKey::derive`], under any key.
pub(super) fn derive(key: &[u8; 32], domain: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed(key);
    feed(&mut mac, domain.as_bytes());
    for part in parts {
        feed(&mut mac, part);
    }
    mac.finalize().into_bytes().into()
}

/// HMAC ready to take parts, for many derivations under one key.
pub(super) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length")
}

pub(super) fn feed(mac: &mut Hmac<Sha256>, part: &[u8]) {
    mac.update(&(part.len() as u64).to_le_bytes());
    mac.update(part);
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string");
    }
    text
}

#[cfg(unix)]
fn refuse_shared(file: &File, path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(|source| KeyError::Read { path: path.to_owned(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o066 != 0 {
        return Err(KeyError::Shared { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_shared(_: &File, _: &Path) -> Result<(), KeyError> {
    Ok(())
}

/// Makes the new name itself last, where the system lets a folder be synced.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_file_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let key = ProjectKey::generate().unwrap();
        key.create(&path).unwrap();
        assert_eq!(ProjectKey::read(&path).unwrap().0, key.0);
        assert!(matches!(ProjectKey::generate().unwrap().create(&path), Err(KeyError::Exists { .. })));
        assert_eq!(key.fingerprint().len(), 16);
        assert_ne!(key.fingerprint(), ProjectKey::generate().unwrap().fingerprint());
        assert_eq!(format!("{key:?}"), "ProjectKey(…)");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        ProjectKey::generate().unwrap().create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o620, 0o666] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let refused = ProjectKey::read(&path).unwrap_err();
            assert!(refused.to_string().contains("chmod 600"), "{refused}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_without_quoting_it() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("empty", String::new()),
            ("short", format!("{HEADER}{}\n", STANDARD.encode([7; 31]))),
            ("long", format!("{HEADER}{}\n", STANDARD.encode([7; 33]))),
            ("other", format!("estompe-key-v2:{}\n", STANDARD.encode([7; 32]))),
            ("two", format!("{HEADER}{}\nsecret\n", STANDARD.encode([7; 32]))),
            ("garbage", "secret".to_owned()),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, &text).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            }
            let refused = ProjectKey::read(&path).unwrap_err();
            assert!(matches!(refused, KeyError::Format { .. }), "{name}: {refused}");
            assert!(!refused.to_string().contains("secret") && !refused.to_string().contains("BwcH"));
        }
    }

    #[test]
    fn parts_never_read_alike() {
        let key = ProjectKey([1; 32]);
        let all = [
            key.derive("a", &[b"b", b"c"]),
            key.derive("a", &[b"bc"]),
            key.derive("ab", &[b"c"]),
            key.derive("a", &[b"b", b"c", b""]),
            key.derive("a", &[b"c", b"b"]),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| other != one));
        }
    }
}
