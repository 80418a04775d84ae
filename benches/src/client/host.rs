//! A client of [`super::callers`] in this program, started once more.

use std::hint::black_box;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value as Json;
use tokio::runtime::{self, Runtime};
use tokio::task::JoinSet;

use super::callers::{Bare, Caller, Coded, DxrRecords, Failing};
use crate::Failure;
use crate::payloads::Payloads;
use crate::plain::Plain;
use crate::server::{Call, Exchange, Records};

/// Calls the server at `address`, on one thread, as often as the standard input says, until that ends.
///
/// # Errors
/// There is no such client, or a call fails.
pub fn call(name: &str, call: &str, address: &str) -> Result<(), Failure> {
    let call = Call::named(call).ok_or_else(|| format!("no call: {call}"))?;
    let exchange = Exchange::new(call, &Payloads::prepare()?)?;
    let url = format!("http://{address}/");
    // Some look for the runtime when they are made.
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let _inside = runtime.enter();
    let coded = || Ok::<_, Failure>(Coded { bare: Bare::new(&url, call)?, call });
    let tagwire = || tagwire::Client::new(&url);
    let dxr = || Ok::<_, Failure>(dxr_client::ClientBuilder::new(url.parse()?).build());
    let is_right = |result: Json| result == *exchange.expected();
    match (name, call) {
        ("hyper", _) => {
            attend(&runtime, Bare::new(&url, call)?, |reply: &Bytes| Ok(exchange.mistake(reply)?.is_none()))
        }
        ("codec", Call::Add) => attend(&runtime, coded()?, |sum: &i32| Ok(is_right(sum.plain()))),
        ("codec", Call::Echo) => attend(&runtime, coded()?, |records: &Records| Ok(is_right(records.plain()))),
        ("tagwire", Call::Add) => attend(&runtime, tagwire()?, |sum: &i32| Ok(is_right(sum.plain()))),
        ("tagwire", Call::Echo) => attend(&runtime, tagwire()?, |records: &Records| Ok(is_right(records.plain()))),
        ("dxr", Call::Add) => attend(&runtime, dxr()?, |sum: &i32| Ok(is_right(sum.plain()))),
        ("dxr", Call::Echo) => attend(&runtime, dxr()?, |records: &DxrRecords| Ok(is_right(records.plain()))),
        _ => Err(format!("no client: {name}").into()),
    }
}

/// Makes one call and looks at its result, and then as many as it is told.
fn attend<R: 'static>(
    runtime: &Runtime,
    caller: impl Caller<R>,
    is_right: impl FnOnce(&R) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let caller = Arc::new(caller);
    if !is_right(&runtime.block_on(caller.call()).map_err(here)?)? {
        return Err("a wrong result".into());
    }
    println!("ready");
    for line in io::stdin().lines() {
        let line = line?;
        let (calls, at_once) = line.split_once(' ').ok_or_else(|| format!("no order: {line:?}"))?;
        let took = runtime.block_on(turn(&caller, calls.parse()?, at_once.parse()?)).map_err(here)?;
        println!("{}", took.as_secs_f64());
    }
    Ok(())
}

/// The same, no longer able to leave its thread.
fn here(failing: Failing) -> Failure {
    failing
}

async fn turn<R: 'static>(caller: &Arc<impl Caller<R>>, calls: u32, at_once: u32) -> Result<Duration, Failing> {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..at_once {
        tasks.spawn(go_on(caller.clone(), calls / at_once));
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(began.elapsed())
}

async fn go_on<R>(caller: Arc<impl Caller<R>>, calls: u32) -> Result<(), Failing> {
    for _ in 0..calls {
        black_box(caller.call().await?);
    }
    Ok(())
}
