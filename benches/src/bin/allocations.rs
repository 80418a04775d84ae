//! Counts the allocations of every row of the codec table, for the process that times them.

use tagwire_benches::{Failure, allocations};

fn main() -> Result<(), Failure> {
    allocations::print(|run| allocation_counter::measure(run).count_total)
}
