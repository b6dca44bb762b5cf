//! The client's dialogue with the practice server's session, in memory and in simulated time, from
//! a seed.
//!
//! Each seed is one dialogue: a connection and its messages; a server that lacks some extensions
//! and refuses some commands; a network that splits data and may lose, stall or delay it; and
//! perhaps an operator. [`world::World::check`] has the properties that must always hold. A failure
//! prints its seed. `GLASSPOST_SEED=n` runs that seed alone and prints its transcript.

mod checks;
mod messages;
mod server;
mod world;

use world::World;

/// Number of seeds in an ordinary run.
const SEEDS: u64 = 2_000;

/// Number of seeds when `GLASSPOST_LONG` is set.
const MANY_SEEDS: u64 = 100_000;

#[test]
fn every_seed_passes() {
    if let Some(seed) = number("GLASSPOST_SEED") {
        let world = World::run(seed);
        println!("{}", world.transcript());
        world.check();
        return;
    }
    let long = std::env::var_os("GLASSPOST_LONG").is_some();
    let seeds = number("GLASSPOST_SEEDS").unwrap_or(if long { MANY_SEEDS } else { SEEDS });
    let mut tally = std::collections::BTreeMap::new();
    for seed in 0..seeds {
        let world = std::panic::catch_unwind(|| {
            let world = World::run(seed);
            world.check();
            world
        });
        match world {
            Ok(world) => {
                for kind in world.kinds() {
                    *tally.entry(kind).or_insert(0u64) += 1;
                }
            }
            Err(panic) => {
                eprintln!("seed {seed} failed; run it alone with GLASSPOST_SEED={seed}");
                std::panic::resume_unwind(panic);
            }
        }
    }
    println!("{seeds} conversations from seed 0, and how their messages ended: {tally:?}");
    for kind in ["accepted", "another", "refused", "unknown", "failed"] {
        assert!(
            tally.contains_key(kind),
            "no message ended as {kind}: the simulation no longer covers it"
        );
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
