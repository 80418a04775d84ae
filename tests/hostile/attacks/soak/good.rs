//! Clients as they should be: each call is answered, and with what it should be.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::super::client::{Answer, Connection, document, request};
use super::super::raw::post;
use super::dice::Dice;
use super::{Visit, open};

/// Some calls over one connection.
pub(super) async fn visit(address: SocketAddr, dice: &mut Dice) -> Visit {
    let mut connection = open(address).await?;
    // Many visits are short, and some are long.
    let most = dice.one_of([1, 5, 50, 300]);
    let calls = 1 + dice.below(most);
    let mut exchanges = 0;
    for _ in 0..calls {
        exchanges += call(&mut connection, dice).await?;
        if dice.below(20) == 0 {
            tokio::time::sleep(Duration::from_millis(dice.below(100))).await;
        }
    }
    if dice.below(2) == 0 {
        let last = post("Connection: close\r\n", document("add", &[1, 2]));
        let answer = exchange(&mut connection, &last).await?;
        expect(&answer, ">3<")?;
        exchanges += 1;
        if !answer.closes || connection.answer().await.is_ok() {
            return Err("it does not close".to_owned());
        }
    }
    Ok(exchanges)
}

async fn call(connection: &mut Connection, dice: &mut Dice) -> Visit {
    let (a, b) = (dice.below(1_000_000), dice.below(1_000_000));
    let most = dice.one_of([100, 5_000, 200_000]);
    let length = dice.place_in(most);
    let filled = format!(">{}<", "x".repeat(length));
    match dice.below(10) {
        0 => expect(&exchange(connection, &request("fill", &[length as u64])).await?, &filled)?,
        1 => {
            let ask = post("Accept-Encoding: gzip\r\n", document("fill", &[length as u64]));
            let mut answer = exchange(connection, &ask).await?;
            // A short one comes as it is.
            if answer.body.starts_with(b"\x1f\x8b") {
                let mut body = Vec::new();
                GzDecoder::new(&*answer.body).read_to_end(&mut body).map_err(|error| format!("gzip: {error}"))?;
                answer.body = body;
            }
            expect(&answer, &filled)?;
        }
        2 => {
            let text = "é".repeat(length / 2);
            expect(&exchange(connection, &compressed(&length_of(&text))).await?, &format!(">{}<", text.len()))?;
        }
        3 => {
            let text = "漢".repeat(length / 3);
            expect(&exchange(connection, &post("", length_of(&text))).await?, &format!(">{}<", text.len()))?;
        }
        4 => {
            let pairs: Vec<_> = (0..dice.below(30)).map(|_| (dice.below(1_000), dice.below(1_000))).collect();
            expect(&exchange(connection, &multicall(&pairs)).await?, &sums_of(&pairs))?;
        }
        5 => expect(&exchange(connection, &request("work", &[dice.below(20)])).await?, "<boolean>1<")?,
        6 => expect(&exchange(connection, &request("no.such", &[])).await?, "<int>-32601<")?,
        7 => expect(&exchange(connection, &request("system.listMethods", &[])).await?, ">system.listMethods<")?,
        8 => {
            answered(connection.send(&[request("add", &[a, b]), request("add", &[b, 1])].concat()).await)?;
            expect(&answered(connection.answer().await)?, &format!(">{}<", a + b))?;
            expect(&answered(connection.answer().await)?, &format!(">{}<", b + 1))?;
            return Ok(2);
        }
        _ => expect(&exchange(connection, &request("add", &[a, b])).await?, &format!(">{}<", a + b))?,
    }
    Ok(1)
}

async fn exchange(connection: &mut Connection, request: &[u8]) -> Result<Answer, String> {
    answered(connection.exchange(request).await)
}

/// A good answer that has this in it.
fn expect(answer: &Answer, part: &str) -> Result<(), String> {
    let text = String::from_utf8_lossy(&answer.body);
    match answer.status == 200 && text.contains(part) {
        true => Ok(()),
        false => {
            let [part, text] = [part, &text].map(|text| text.chars().take(200).collect::<String>());
            Err(format!("{} {text}, without {part}", answer.status))
        }
    }
}

fn answered<T>(outcome: io::Result<T>) -> Result<T, String> {
    outcome.map_err(|error| format!("no answer: {error}"))
}

fn length_of(text: &str) -> String {
    let call = "<methodCall><methodName>length</methodName><params><param><value>";
    format!("{call}{text}</value></param></params></methodCall>")
}

fn compressed(document: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(document.as_bytes()).unwrap();
    post("Content-Encoding: gzip\r\n", encoder.finish().unwrap())
}

fn multicall(pairs: &[(u64, u64)]) -> Vec<u8> {
    let calls = pairs.iter().map(|(a, b)| {
        format!(
            "<value><struct><member><name>methodName</name><value>add</value></member><member><name>params</name>\
             <value><array><data><value><int>{a}</int></value><value><int>{b}</int></value></data></array></value>\
             </member></struct></value>"
        )
    });
    let calls: String = calls.collect();
    let head = "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>";
    post("", format!("{head}{calls}</data></array></value></param></params></methodCall>"))
}

/// The results as they stand in the answer, each in an array of its own.
fn sums_of(pairs: &[(u64, u64)]) -> String {
    let sums = pairs
        .iter()
        .map(|(a, b)| format!("<value><array><data><value><int>{}</int></value></data></array></value>", a + b));
    format!("<array><data>{}</data></array>", sums.collect::<String>())
}
