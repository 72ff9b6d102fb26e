//! What is sold in the demo.

use std::time::Duration;

use gobid_api::products::{NewDutch, NewProduct};
use gobid_auction::Timestamp;

/// Something to be sold, in whole dollars.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lot {
    name: &'static str,
    description: &'static str,
    baseprice: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    English,
    Sealed,
    Dutch,
}

impl Lot {
    /// What its seller would write, for an auction of this length.
    pub(super) fn product(&self, now: Timestamp, length: Duration) -> NewProduct {
        let product = NewProduct {
            product_name: self.name.to_owned(),
            description: self.description.to_owned(),
            baseprice: self.baseprice.into(),
            auction_end: now.plus(length).to_string(),
            ..NewProduct::default()
        };
        match self.kind {
            Kind::English => NewProduct { soft_close_seconds: Some(10), ..product },
            Kind::Sealed => {
                NewProduct { format: Some("sealed_second_price".to_owned()), ..product }
            }
            Kind::Dutch => NewProduct {
                format: Some("dutch".to_owned()),
                dutch: Some(NewDutch {
                    floor: (self.baseprice / 10).max(1).into(),
                    step: (self.baseprice / 100).max(1).into(),
                    tick_seconds: 2,
                }),
                ..product
            },
        }
    }

    /// About what a bot would pay, in cents, by a number up to 100.
    pub(super) fn worth(&self, luck: u32) -> i64 {
        let dollars = i64::from(self.baseprice);
        match self.kind {
            Kind::English | Kind::Sealed => dollars * (100 + 4 * i64::from(luck)),
            Kind::Dutch => dollars * (40 + i64::from(luck) / 2),
        }
    }
}

const fn lot(name: &'static str, description: &'static str, baseprice: u32, kind: Kind) -> Lot {
    Lot { name, description, baseprice, kind }
}

/// A dozen, and some more for when they are sold.
pub(super) const LOTS: [Lot; 16] = [
    lot(
        "Leica M3 double-stroke, 1955",
        "Overhauled in 2023, light wear on the top.",
        900,
        Kind::English,
    ),
    lot(
        "Vintage synth Juno-60",
        "All voices work, new battery, one key cap is cracked.",
        700,
        Kind::English,
    ),
    lot(
        "ThinkPad X220, 16 GB",
        "New thermal paste, IPS panel, the battery lasts 4 h.",
        90,
        Kind::English,
    ),
    lot("Brompton H6L, blue", "Six gears, ridden to work for three years.", 400, Kind::English),
    lot(
        "Box of 200 LPs, unsorted",
        "From a flat that was cleared. Some jazz, much schlager.",
        40,
        Kind::Sealed,
    ),
    lot(
        "Eames lounge chair",
        "Walnut, black leather, with a certificate from 1998.",
        1_800,
        Kind::English,
    ),
    lot(
        "Tulips, a lorry full",
        "Cut this morning. The price falls until somebody nods.",
        600,
        Kind::Dutch,
    ),
    lot(
        "Mechanical keyboard, 75 %",
        "Lubed switches, brass plate, two sets of caps.",
        60,
        Kind::English,
    ),
    lot("Omega Seamaster, 1967", "Serviced, with the original bracelet.", 650, Kind::English),
    lot("Set of Japanese chisels", "Ten pieces, flattened and honed.", 120, Kind::English),
    lot("Signed first edition", "Dust jacket with a small tear at the spine.", 250, Kind::Sealed),
    lot("Telescope, 8 inch Dobson", "Collimated, two eyepieces, heavy.", 180, Kind::English),
    lot(
        "Espresso machine, lever",
        "Descaled, new gaskets, makes a proper noise.",
        320,
        Kind::English,
    ),
    lot("Record player, direct drive", "Pitch is true, the needle is new.", 210, Kind::English),
    lot(
        "Oriental rug, 2 by 3 m",
        "Hand-knotted, wool on cotton, one repaired corner.",
        380,
        Kind::English,
    ),
    lot("Surfboard, 9'2\"", "Two dings repaired, comes with a bag.", 150, Kind::English),
];
