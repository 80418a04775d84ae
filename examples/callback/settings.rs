//! The command line.

use std::time::Duration;

pub(crate) const USAGE: &str = "\
usage: callback [--peer URL] [--listen ADDR] [--advertise URL] [--id ID] [--check SECONDS] [--renew SECONDS]

  --peer URL       whom to register with (default http://127.0.0.1:2001)
  --listen ADDR    where to take its calls (default 127.0.0.1:8000; port 0 takes a free one)
  --advertise URL  what it is told to call (default: the address listened at)
  --id ID          what it calls the registration (default tagwire)
  --check SECONDS  how often to look whether it knows us (default 10)
  --renew SECONDS  how often to register again in any case (default 300)";

pub(crate) struct Settings {
    pub(crate) peer: String,
    pub(crate) listen: String,
    pub(crate) advertise: Option<String>,
    pub(crate) id: String,
    pub(crate) check: Duration,
    pub(crate) renew: Duration,
}

impl Settings {
    /// `None` asks for help.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut settings = Self {
            peer: "http://127.0.0.1:2001".to_owned(),
            listen: "127.0.0.1:8000".to_owned(),
            advertise: None,
            id: "tagwire".to_owned(),
            check: Duration::from_secs(10),
            renew: Duration::from_secs(300),
        };
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--peer" => settings.peer = value()?,
                "--listen" => settings.listen = value()?,
                "--advertise" => settings.advertise = Some(value()?),
                "--id" => settings.id = value()?,
                "--check" => settings.check = seconds(&value()?)?,
                "--renew" => settings.renew = seconds(&value()?)?,
                "--help" | "-h" => return Ok(None),
                unknown => return Err(format!("unknown argument {unknown}")),
            }
        }
        if settings.check.is_zero() {
            return Err("--check is 0, and would ask the peer without a pause".to_owned());
        }
        // It is what unregisters.
        if settings.id.is_empty() {
            return Err("--id is empty".to_owned());
        }
        Ok(Some(settings))
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| format!("{text} is no number of seconds"))
}
