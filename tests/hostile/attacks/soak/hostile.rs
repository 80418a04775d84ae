//! Clients that mean harm. Few of them are owed an answer; what they are owed is an end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::bombs::{self, Bomb};
use super::super::client::{Connection, document, request};
use super::super::raw::post;
use super::dice::Dice;
use super::{Visit, open};

/// Many of one kind, which are made once.
pub(super) type Bombs = Vec<Bomb>;

pub(super) fn bombs() -> Bombs {
    Bomb::all(10)
}

pub(super) async fn visit(address: SocketAddr, dice: &mut Dice, bombs: &Bombs) -> Visit {
    match dice.below(8) {
        0 => drip(address, dice, b"POST /RPC2 HTTP/1.1\r\nHost: ").await?,
        1 => drip(address, dice, b"POST /RPC2 HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n").await?,
        2 => leave_unread(address, dice).await?,
        3 => {
            let bomb = &bombs[dice.place_in(bombs.len())];
            let mut connection = open(address).await?;
            match bombs::end_of(&mut connection, &bomb.request).await {
                Ok(413) => {}
                end => return Err(format!("{}: {end:?}", bomb.name)),
            }
        }
        4 | 5 => reset(address, dice).await?,
        6 => {
            // It goes away from calls that run; they are carried out all the same.
            let mut connection = open(address).await?;
            let _ = connection.send(&request("work", &[dice.below(200)]).repeat(1 + dice.place_in(5))).await;
            tokio::time::sleep(Duration::from_millis(dice.below(50))).await;
        }
        _ => sit(address, dice).await?,
    }
    Ok(1)
}

/// A byte now and then, until the server has had enough.
async fn drip(address: SocketAddr, dice: &mut Dice, beginning: &[u8]) -> Result<(), String> {
    let mut connection = open(address).await?;
    connection.send(beginning).await.map_err(|error| error.to_string())?;
    let pause = Duration::from_millis(20 + dice.below(400));
    let (mut reading, mut writing) = connection.stream.split();
    let mut received = Vec::new();
    // An answer is as good an end as none.
    tokio::select! {
        _ = reading.read_to_end(&mut received) => {}
        () = async {
            while writing.write_all(b"x").await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        } => {}
    }
    Ok(())
}

/// Asks for much, reads nothing, and goes before or after the limit on writing.
async fn leave_unread(address: SocketAddr, dice: &mut Dice) -> Result<(), String> {
    let mut connection = Connection::open_narrow(address).await.map_err(|error| error.to_string())?;
    let coding = dice.one_of(["", "Accept-Encoding: gzip\r\n"]);
    let asked = (1 + dice.below(8)) << 20;
    connection.send(&post(coding, document("fill", &[asked]))).await.map_err(|error| error.to_string())?;
    tokio::time::sleep(Duration::from_millis(dice.below(4_000))).await;
    Ok(())
}

/// A part of a request, and then a reset in place of an end.
async fn reset(address: SocketAddr, dice: &mut Dice) -> Result<(), String> {
    let mut connection = open(address).await?;
    let call = match dice.below(3) {
        0 => request("add", &[1, 2]),
        1 => request("fill", &[1 + dice.below(1_000_000)]),
        _ => post("", document("length", &[1]).replace("<int>1</int>", &"y".repeat(1 + dice.place_in(500_000)))),
    };
    // The server may have refused it already.
    let _ = connection.send(&call[..=dice.place_in(call.len())]).await;
    tokio::time::sleep(Duration::from_millis(dice.below(10))).await;
    connection.stream.set_zero_linger().map_err(|error| error.to_string())
}

/// Does nothing, before or after a call, until the server has had enough or it is bored.
async fn sit(address: SocketAddr, dice: &mut Dice) -> Result<(), String> {
    let mut connection = open(address).await?;
    if dice.below(2) == 0 {
        connection.exchange(&request("add", &[1, 2])).await.map_err(|error| error.to_string())?;
    }
    let bored = Duration::from_millis(dice.below(6_000));
    let _ = tokio::time::timeout(bored, connection.answer()).await;
    Ok(())
}
