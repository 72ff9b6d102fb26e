//! What several lanes see of each other: one script, played on PostgreSQL and on the simulated
//! database, which must give the same, step by step. Where they differ, the simulated one is wrong.

mod committed;
mod ends;
pub(crate) mod keys;
mod locks;
mod play;
mod random;
mod real;
mod scene;
mod sees;
mod side;
mod simulated;
mod timeouts;

/// Makes a test of each named function: a scenario, which is played on both databases.
macro_rules! on_both_sides {
    ($options:expr; $($scenario:ident),+ $(,)?) => { $(
        pub(crate) mod $scenario {
            use crate::store::interleavings::play::{Play, assert_same};
            use crate::store::interleavings::{real::Real, scene::Scene, simulated::Simulated};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            pub(crate) async fn is_the_same() {
                let scene = Scene::new();
                let mut simulated = Play::new(Simulated::new($options), &scene).await;
                super::$scenario(&mut simulated).await;
                let mut real = Play::new(Real::new().await, &scene).await;
                super::$scenario(&mut real).await;
                assert_same(simulated, real).await;
            }
        }
    )+ };
    ($($scenario:ident),+ $(,)?) => {
        on_both_sides! { gobid_store::simulated::Options::default(); $($scenario),+ }
    };
}
use on_both_sides;
