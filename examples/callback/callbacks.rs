//! What the peer calls. A program of yours has its own methods here.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tagwire::{Fault, Value, xmlrpc_methods};

/// A device as far as the peer and we have to agree on it. Of the many members that a CCU sends the others are passed over.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Device {
    address: String,
    version: i32,
}

/// Those of one registration.
pub(crate) struct Callbacks {
    id: String,
    /// Version by address.
    devices: Mutex<BTreeMap<String, i32>>,
    heard: AtomicBool,
}

impl Callbacks {
    pub(crate) fn new(id: String) -> Self {
        Self { id, devices: Mutex::default(), heard: AtomicBool::new(false) }
    }

    /// Whether there was an event since this was last asked.
    pub(crate) fn was_heard(&self) -> bool {
        self.heard.swap(false, Ordering::Relaxed)
    }

    /// Whoever reaches the port can call. Only the peer knows the id, unless it is easily guessed.
    fn check(&self, id: &str) -> Result<(), Fault> {
        match id == self.id {
            true => Ok(()),
            false => Err(Fault::application("there is no registration with this id")),
        }
    }

    fn devices(&self) -> MutexGuard<'_, BTreeMap<String, i32>> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `system.listMethods`, which a CCU asks with its id as an argument, and `system.multicall`, in which it pushes what has
/// happened at a time, are answered by the dispatcher.
#[xmlrpc_methods]
impl Callbacks {
    /// A value of a device has changed, or the peer answers a ping.
    #[xmlrpc_method]
    fn event(&self, interface_id: String, address: String, value_key: String, value: Value) -> Result<(), Fault> {
        self.check(&interface_id)?;
        self.heard.store(true, Ordering::Relaxed);
        // A peer waits for the answer before it goes on: what takes time belongs into a task, with a channel between.
        if value_key != "PONG" {
            println!("{address} {value_key}: {value:?}");
        }
        Ok(())
    }

    /// The devices that we know. The peer compares them with its own, and tells the differences by the next two.
    #[xmlrpc_method(name = "listDevices")]
    fn list_devices(&self, interface_id: String) -> Result<Vec<Device>, Fault> {
        self.check(&interface_id)?;
        let devices = self.devices();
        Ok(devices.iter().map(|(address, version)| Device { address: address.clone(), version: *version }).collect())
    }

    /// There are more devices.
    #[xmlrpc_method(name = "newDevices")]
    fn new_devices(&self, interface_id: String, devices: Vec<Device>) -> Result<(), Fault> {
        self.check(&interface_id)?;
        for Device { address, version } in devices {
            println!("{address} is new");
            self.devices().insert(address, version);
        }
        Ok(())
    }

    /// Some devices are gone.
    #[xmlrpc_method(name = "deleteDevices")]
    fn delete_devices(&self, interface_id: String, addresses: Vec<String>) -> Result<(), Fault> {
        self.check(&interface_id)?;
        for address in addresses {
            println!("{address} is gone");
            self.devices().remove(&address);
        }
        Ok(())
    }
}
