//! The vault: which surrogate stands for what, encrypted, in a file of its own; the only way back besides the operator `encrypt`.
//!
//! The file is `estompe-vault-v1\n`, 16 random bytes, then records: a length (`u32`, little-endian), 24 bytes of nonce, and a batch
//! of entries (JSON) under XChaCha20-Poly1305. The key is derived from the project's and the 16 bytes; the associated data is the
//! record's rank and whether it is the last, so that a record moved, repeated or missing in between does not open. A file without
//! its last record, the seal, was cut or is still being written: [`VaultReader::is_sealed`] tells.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read as _, Write as _};
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::key::ProjectKey;

const MAGIC: &[u8; 17] = b"estompe-vault-v1\n";
const SALT: usize = 16;
const NONCE: usize = 24;
/// A record is a batch of documents; a length beyond this is damage.
const LONGEST: u32 = 1 << 30;

/// One replacement: what stood in a document and what stands for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultEntry {
    pub note_id: String,
    pub label: String,
    /// Bytes of the output text.
    pub out_start: usize,
    pub out_end: usize,
    pub original: String,
    pub surrogate: String,
}

impl std::fmt::Debug for VaultEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VaultEntry({} {}..{})", self.label, self.out_start, self.out_end)
    }
}

/// What is wrong with a vault; says nothing of what it holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    #[error("the vault cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    #[error("not a vault of this version")]
    Format,
    #[error("record {record} of the vault does not open: another key, or the file was changed")]
    Refused { record: u64 },
    #[error("the vault ends inside record {record}")]
    Truncated { record: u64 },
    #[error("the system gave no random bytes")]
    Random,
    #[error("the text is not the output that the entries speak of (byte {at})")]
    Mismatch { at: usize },
}

/// Writes a vault, one batch at a time.
#[derive(Debug)]
pub struct VaultWriter {
    file: File,
    cipher: Sealer,
    records: u64,
}

/// Reads a vault, batch by batch.
#[derive(Debug)]
pub struct VaultReader {
    file: BufReader<File>,
    cipher: Sealer,
    records: u64,
    sealed: bool,
}

struct Sealer(XChaCha20Poly1305);

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    fn new(key: &ProjectKey, salt: &[u8; SALT]) -> Self {
        let key = Zeroizing::new(key.derive("vault", &[salt]));
        Sealer(XChaCha20Poly1305::new_from_slice(&*key).expect("the key has 32 bytes"))
    }
}

fn place(record: u64, last: bool) -> [u8; 9] {
    let mut place = [u8::from(last); 9];
    place[..8].copy_from_slice(&record.to_le_bytes());
    place
}

impl VaultWriter {
    /// A new vault, readable by its owner only; an existing file is never touched.
    ///
    /// # Errors
    /// [`VaultError::Io`], [`VaultError::Random`].
    pub fn create(path: &Path, key: &ProjectKey) -> Result<Self, VaultError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|_| VaultError::Random)?;
        file.write_all(&[&MAGIC[..], &salt].concat())?;
        file.sync_all()?;
        Ok(VaultWriter { file, cipher: Sealer::new(key, &salt), records: 0 })
    }

    /// Adds one batch and waits until it is on the disk.
    ///
    /// # Errors
    /// [`VaultError::Io`], [`VaultError::Random`]; the vault then ends inside this record.
    pub fn append(&mut self, batch: &[VaultEntry]) -> Result<(), VaultError> {
        self.record(batch, false)
    }

    /// Adds the seal, after which nothing follows.
    ///
    /// # Errors
    /// As [`VaultWriter::append`].
    pub fn seal(mut self) -> Result<(), VaultError> {
        self.record(&[], true)
    }

    fn record(&mut self, batch: &[VaultEntry], last: bool) -> Result<(), VaultError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::Random)?;
        let plain = Zeroizing::new(serde_json::to_vec(batch).map_err(std::io::Error::from)?);
        let payload = Payload { msg: &plain, aad: &place(self.records, last) };
        let sealed = self.cipher.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Format)?;
        let length = u32::try_from(NONCE + sealed.len()).ok().filter(|length| *length <= LONGEST);
        let length = length.ok_or(VaultError::Format)?;
        self.file.write_all(&[&length.to_le_bytes()[..], &nonce, &sealed].concat())?;
        self.file.sync_data()?;
        self.records += 1;
        Ok(())
    }
}

impl VaultReader {
    /// # Errors
    /// [`VaultError::Io`], [`VaultError::Format`].
    pub fn open(path: &Path, key: &ProjectKey) -> Result<Self, VaultError> {
        let mut file = BufReader::new(File::open(path)?);
        let mut head = [0; MAGIC.len() + SALT];
        file.read_exact(&mut head).map_err(|_| VaultError::Format)?;
        let (magic, salt) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(VaultError::Format);
        }
        let cipher = Sealer::new(key, salt.try_into().expect("the rest is the salt"));
        Ok(VaultReader { file, cipher, records: 0, sealed: false })
    }

    /// Whether the seal was read: nothing is missing at the end.
    pub fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// The next batch; `None` at the end.
    ///
    /// # Errors
    /// [`VaultError::Truncated`], [`VaultError::Refused`].
    pub fn next_batch(&mut self) -> Result<Option<Vec<VaultEntry>>, VaultError> {
        let record = self.records;
        let mut length = [0; 4];
        match self.file.read(&mut length)? {
            0 => return Ok(None),
            read => self.file.read_exact(&mut length[read..]).map_err(|_| VaultError::Truncated { record })?,
        }
        let length = u32::from_le_bytes(length);
        if self.sealed || length > LONGEST || (length as usize) < NONCE {
            return Err(VaultError::Refused { record });
        }
        let mut bytes = Vec::new();
        (&mut self.file).take(u64::from(length)).read_to_end(&mut bytes)?;
        if bytes.len() < length as usize {
            return Err(VaultError::Truncated { record });
        }
        let (nonce, sealed) = bytes.split_at(NONCE);
        let nonce = XNonce::try_from(nonce).map_err(|_| VaultError::Format)?;
        let open = |last: bool| self.cipher.0.decrypt(&nonce, Payload { msg: sealed, aad: &place(record, last) });
        let plain = match open(false) {
            Ok(plain) => plain,
            Err(_) => {
                open(true).map_err(|_| VaultError::Refused { record })?;
                self.sealed = true;
                self.records += 1;
                return self.next_batch();
            }
        };
        let plain = Zeroizing::new(plain);
        self.records += 1;
        serde_json::from_slice(&plain).map(Some).map_err(|_| VaultError::Format)
    }

    /// Every entry of one document, in the order they were written.
    ///
    /// # Errors
    /// As [`VaultReader::next_batch`].
    pub fn entries_of(&mut self, note_id: &str) -> Result<Vec<VaultEntry>, VaultError> {
        let mut entries = Vec::new();
        while let Some(mut batch) = self.next_batch()? {
            for entry in &mut batch {
                if entry.note_id == note_id {
                    entries.push(entry.clone());
                }
                entry.original.zeroize();
            }
        }
        Ok(entries)
    }
}

/// The original text of an output text, from the entries of its document.
///
/// # Errors
/// [`VaultError::Mismatch`] if a surrogate is not where its entry says; nothing is then given back.
pub fn restore(text: &str, entries: &[VaultEntry]) -> Result<String, VaultError> {
    let mut entries: Vec<&VaultEntry> = entries.iter().collect();
    entries.sort_by_key(|entry| (entry.out_start, entry.out_end));
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for entry in entries {
        let at = entry.out_start;
        if at < copied || text.get(at..entry.out_end) != Some(entry.surrogate.as_str()) {
            return Err(VaultError::Mismatch { at });
        }
        out.push_str(&text[copied..at]);
        out.push_str(&entry.original);
        copied = entry.out_end;
    }
    out.push_str(&text[copied..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(note: &str, start: usize, original: &str, surrogate: &str) -> VaultEntry {
        VaultEntry {
            note_id: note.to_owned(),
            label: "NOM".to_owned(),
            out_start: start,
            out_end: start + surrogate.len(),
            original: original.to_owned(),
            surrogate: surrogate.to_owned(),
        }
    }

    fn written(path: &Path, key: &ProjectKey) {
        let mut vault = VaultWriter::create(path, key).unwrap();
        vault.append(&[entry("a", 3, "Évêque", "Bégué"), entry("b", 0, "X", "Y")]).unwrap();
        vault.append(&[entry("a", 10, "Morel", "Duval")]).unwrap();
        vault.seal().unwrap();
    }

    #[test]
    fn gives_back_the_original() {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("vault"), ProjectKey::generate().unwrap());
        written(&path, &key);
        let mut vault = VaultReader::open(&path, &key).unwrap();
        let entries = vault.entries_of("a").unwrap();
        assert!(vault.is_sealed());
        assert_eq!(restore("Dr Bégué Duval", &[]).unwrap(), "Dr Bégué Duval");
        assert_eq!(restore("Dr Bégué, Duval", &entries[..1]).unwrap(), "Dr Évêque, Duval");
        assert!(matches!(restore("Mr Begue", &entries[..1]), Err(VaultError::Mismatch { at: 3 })));
        assert!(VaultWriter::create(&path, &key).is_err());
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"Morel"));
        assert_eq!(format!("{:?}", entries[0]), "VaultEntry(NOM 3..10)");
    }

    #[test]
    fn refuses_another_key_and_every_change() {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("vault"), ProjectKey::generate().unwrap());
        written(&path, &key);
        let all = |path: &Path, key: &ProjectKey| -> Result<bool, VaultError> {
            let mut vault = VaultReader::open(path, key)?;
            while vault.next_batch()?.is_some() {}
            Ok(vault.is_sealed())
        };
        assert!(all(&path, &key).unwrap());
        assert!(matches!(all(&path, &ProjectKey::generate().unwrap()), Err(VaultError::Refused { record: 0 })));
        let bytes = std::fs::read(&path).unwrap();
        let other = folder.path().join("other");
        for cut in 0..bytes.len() {
            std::fs::write(&other, &bytes[..cut]).unwrap();
            // Cut between two records, what is there opens, without the seal.
            assert!(!matches!(all(&other, &key), Ok(true)), "{cut}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            std::fs::write(&other, &changed).unwrap();
            assert!(all(&other, &key).is_err(), "{at}");
        }
    }
}
