//! The documents that are read and written: made by Python, once, below the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

use crate::Failure;

const GENERATOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/payloads/gen_payloads.py");

/// One payload, in all the forms that a row needs.
pub(crate) struct Payload {
    pub(crate) name: &'static str,
    /// The method call, as Python writes it.
    pub(crate) call: Vec<u8>,
    /// The response of the same data, as Python writes it.
    pub(crate) response: Vec<u8>,
    /// That response without white space between elements and without line breaks in base64.
    pub(crate) compact_response: Vec<u8>,
    pub(crate) json: Vec<u8>,
    /// What [`Payload::json`] says: the measure of every decoder.
    pub(crate) expected: Json,
}

/// A folder that has the payloads in it.
pub(crate) struct Payloads {
    folder: PathBuf,
}

impl Payloads {
    /// Makes the payloads, unless this generator has made them before.
    pub(crate) fn prepare() -> Result<Self, Failure> {
        let folder = target_folder()?.join("tagwire-payloads");
        let generator = fs::read(GENERATOR)?;
        let made_by = folder.join("made_by.py");
        if fs::read(&made_by).ok().as_ref() != Some(&generator) {
            let status = Command::new("python3").arg(GENERATOR).arg(&folder).status();
            let status = status.map_err(|error| format!("the payloads need python3: {error}"))?;
            if !status.success() {
                return Err(format!("the generator of the payloads failed: {status}").into());
            }
            // Last, so that what was only half made is made again.
            fs::write(made_by, generator)?;
        }
        Ok(Self { folder })
    }

    pub(crate) fn load(&self, name: &'static str) -> Result<Payload, Failure> {
        let file = |suffix: &str| fs::read(self.folder.join(format!("{name}.{suffix}")));
        let json = file("json")?;
        Ok(Payload {
            name,
            call: file("call.xml")?,
            response: file("resp.xml")?,
            compact_response: file("respc.xml")?,
            expected: serde_json::from_slice(&json)?,
            json,
        })
    }
}

/// The folder that this program was built into: `target`, unless Cargo was told otherwise.
pub(crate) fn target_folder() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?;
    let folder = program.ancestors().nth(2).map(Path::to_owned);
    folder.ok_or_else(|| "this program is in no target folder".into())
}
