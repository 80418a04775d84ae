//! Counts the allocations for a table, for the process that times its rows: `tagwire-allocations codec|hostile`.

use allocation_counter::measure;
use tagwire_benches::{Failure, allocations, hostile};

fn main() -> Result<(), Failure> {
    match std::env::args().nth(1).as_deref() {
        Some("codec") => allocations::print(|run| measure(run).count_total),
        Some("hostile") => hostile::print_peaks(|run| measure(run).bytes_max),
        _ => Err("usage: tagwire-allocations codec|hostile".into()),
    }
}
