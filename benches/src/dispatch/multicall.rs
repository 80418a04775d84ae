//! Many calls in one document.

use std::hint::black_box;

use bytes::Bytes;
use serde_json::Value as Json;
use tagwire::{Dialect, Dispatcher, MethodCall, MethodResponse, Methods, Value};

use super::now::now;
use crate::Failure;
use crate::contender::Job;
use crate::measure::{self, Pace};
use crate::payloads::Payloads;
use crate::report::{Findings, times};
use crate::table::{self, Lines};

/// The calls of `p6_multicall`, all in one document and each in its own; all are written by tagwire.
pub(super) fn run(pace: &Pace, findings: &mut Findings) -> Result<(), Failure> {
    let payload = Payloads::prepare()?.load("p6_multicall")?;
    let dispatcher = Dispatcher::new(Methods::new().register_fn("add", async |a: i32, b: i32| a + b));
    let dialect = Dialect::default();
    let together = Bytes::from(MethodCall::<Vec<Value>>::from_xml(&payload.call)?.to_xml(&dialect)?);
    let params = parameters(&payload.expected)?;
    let alone = params.iter().map(|params| Ok(MethodCall::new("add", params).to_xml(&dialect)?.into()));
    let alone: Vec<Bytes> = alone.collect::<Result<_, Failure>>()?;
    check(&dispatcher, &params, &together, &alone)?;

    let jobs: [Job<'_>; 2] = [
        Box::new(|| {
            for document in &alone {
                drop(black_box(now(dispatcher.dispatch(document.clone()))?));
            }
            Ok(())
        }),
        Box::new(|| {
            drop(black_box(now(dispatcher.dispatch(together.clone()))?));
            Ok(())
        }),
    ];
    let timings = measure::alternate(&jobs.each_ref(), pace)?;
    let names = format!("| {} calls of `add` | nanoseconds | of single calls |", params.len());
    let mut lines = Lines::table(names, "|---|--:|--:|");
    for (how, timing) in ["one by one", "in a multicall"].into_iter().zip(timings) {
        lines.add(format!("| {how} | {} | {:.2} |", table::nanoseconds(timing.nanoseconds), timing.of_first));
        if timing.of_first > 1.0 {
            let longer = times(timing.of_first);
            findings
                .better(format!("single calls: as many {how} take {longer} times as long, without what HTTP costs."));
        }
    }
    findings.put("multicall", lines.finish());
    Ok(())
}

/// Of each call its two integers.
fn parameters(calls: &Json) -> Result<Vec<(i32, i32)>, Failure> {
    let calls = calls.as_array().ok_or("the multicall of the payload is no array")?;
    calls.iter().map(|call| Ok(serde_json::from_value(call["params"].clone())?)).collect()
}

/// Both ways give the sums.
fn check(dispatcher: &Dispatcher, params: &[(i32, i32)], together: &Bytes, alone: &[Bytes]) -> Result<(), Failure> {
    let sums: Vec<i32> = params.iter().map(|(a, b)| a + b).collect();
    let answer = MethodResponse::<Vec<(i32,)>>::from_xml(&now(dispatcher.dispatch(together.clone()))?)?;
    let answers = answer.into_result().map_err(|fault| fault.to_string())?;
    if !answers.into_iter().map(|(sum,)| sum).eq(sums.iter().copied()) {
        return Err("a multicall gives other sums".into());
    }
    for (document, sum) in alone.iter().zip(sums) {
        if MethodResponse::from_xml(&now(dispatcher.dispatch(document.clone()))?)? != MethodResponse::Value(sum) {
            return Err("a call gives another sum".into());
        }
    }
    Ok(())
}
