//! Counts the allocations for a table, for the process that times its rows: `tagwire-allocations codec|hostile|dispatch`.

use allocation_counter::measure;
use tagwire_benches::{Failure, allocations, dispatch, hostile};

fn main() -> Result<(), Failure> {
    match std::env::args().nth(1).as_deref() {
        Some("codec") => allocations::print(|run| measure(run).count_total),
        Some("hostile") => hostile::print_peaks(|run| measure(run).bytes_max),
        Some("dispatch") => dispatch::print_allocations(|run| measure(run).count_total),
        _ => Err("usage: tagwire-allocations codec|hostile|dispatch".into()),
    }
}
