//! How far the codec stands above its floor: `cargo run --release -p tagwire-benches`.
//!
//! Every contender takes its turn in each round, so that a noisy neighbour or a changing clock hits all of them
//! alike, and the medians of many short turns are compared. Read the ratios: the nanoseconds are this machine's.

use std::hint::black_box;
use std::time::{Duration, Instant};

use quick_xml::{Reader, events::Event};
use tagwire::MethodCall;

/// What `xmlrpc.client.dumps((2, 3), "add")` writes.
const ADD: &[u8] = b"<?xml version='1.0'?>\n<methodCall>\n<methodName>add</methodName>\n<params>\n\
    <param>\n<value><int>2</int></value>\n</param>\n\
    <param>\n<value><int>3</int></value>\n</param>\n</params>\n</methodCall>\n";

const ROUNDS: usize = 201;
const TURN: Duration = Duration::from_millis(2);

type Failure = Box<dyn std::error::Error>;

struct Contender {
    name: &'static str,
    run: fn(&[u8]) -> Result<usize, Failure>,
    /// Runs that fill one turn.
    repeats: u32,
    nanoseconds: Vec<f64>,
}

fn main() -> Result<(), Failure> {
    let mut contenders = [
        Contender::new("tagwire, typed", tagwire_typed),
        Contender::new("quick-xml, bare events", quick_xml_events),
        Contender::new("memchr for '<'", memchr_tags),
    ];
    for contender in &mut contenders {
        contender.calibrate()?;
    }
    for _ in 0..ROUNDS {
        for contender in &mut contenders {
            contender.take_turn()?;
        }
    }

    let medians = contenders.each_mut().map(Contender::median);
    println!("decode of an add call, {} bytes, median of {ROUNDS} turns", ADD.len());
    println!("  {:<24} {:>9.1} ns", contenders[0].name, medians[0]);
    for (contender, median) in contenders.iter().zip(medians).skip(1) {
        println!("  {:<24} {median:>9.1} ns   tagwire takes {:>5.2} of its time", contender.name, medians[0] / median);
    }
    Ok(())
}

impl Contender {
    fn new(name: &'static str, run: fn(&[u8]) -> Result<usize, Failure>) -> Self {
        Self { name, run, repeats: 1, nanoseconds: Vec::with_capacity(ROUNDS) }
    }

    /// Doubles the repeats until a turn is long against the clock's own cost; that also warms the caches.
    fn calibrate(&mut self) -> Result<(), Failure> {
        while self.time()? < TURN {
            self.repeats *= 2;
        }
        Ok(())
    }

    fn take_turn(&mut self) -> Result<(), Failure> {
        let spent = self.time()?;
        self.nanoseconds.push(spent.as_secs_f64() * 1e9 / f64::from(self.repeats));
        Ok(())
    }

    fn time(&self) -> Result<Duration, Failure> {
        let start = Instant::now();
        for _ in 0..self.repeats {
            black_box((self.run)(black_box(ADD))?);
        }
        Ok(start.elapsed())
    }

    fn median(&mut self) -> f64 {
        self.nanoseconds.sort_by(f64::total_cmp);
        self.nanoseconds[self.nanoseconds.len() / 2]
    }
}

fn tagwire_typed(document: &[u8]) -> Result<usize, Failure> {
    let call = MethodCall::<(i32, i32)>::from_xml(document)?;
    let (a, b) = *black_box(call.params());
    Ok(usize::from(a < b))
}

fn quick_xml_events(document: &[u8]) -> Result<usize, Failure> {
    let mut reader = Reader::from_reader(document);
    let mut events = 0;
    loop {
        match reader.read_event()? {
            Event::Eof => return Ok(events),
            event => {
                black_box(event);
                events += 1;
            }
        }
    }
}

fn memchr_tags(document: &[u8]) -> Result<usize, Failure> {
    // One find after the other, as a reader has to; counting them at once is another, faster algorithm.
    Ok(memchr::memchr_iter(b'<', document).fold(0, |sum, at| sum + black_box(at)))
}
