//! The steps between bids as people write them: one amount, or a ladder such as `0:0.05,1:0.25`.

use gobid_api::products::{NewIncrement, NewRung, RungView};

use crate::amount;

/// Reads a flat step or a ladder.
pub(super) fn parse(text: &str) -> Result<NewIncrement, String> {
    if !text.contains(':') {
        return amount::parse(text).map(|step| NewIncrement::Flat(step.into()));
    }
    text.split(',').map(rung).collect::<Result<_, _>>().map(NewIncrement::Ladder)
}

fn rung(text: &str) -> Result<NewRung, String> {
    let (from, step) = text.split_once(':').ok_or_else(|| {
        format!("{text:?} is no rung: write the price from which on it holds and the step, as in 0:0.05,1:0.25")
    })?;
    let from = amount::parse_price(from.trim())?.into();
    Ok(NewRung { from, step: amount::parse(step.trim())?.into() })
}

/// A ladder as it is written; `None` where there is none.
pub(super) fn text(ladder: &[RungView]) -> Option<String> {
    match ladder {
        [] => None,
        [flat] => Some(flat.step.to_string()),
        rungs => {
            let rungs = rungs.iter().map(|rung| format!("{}:{}", rung.from, rung.step));
            Some(rungs.collect::<Vec<_>>().join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_amount_is_the_step_at_every_price() {
        for text in ["2.50", "1_000"] {
            let step = text.replace('_', "").into();
            assert_eq!(parse(text), Ok(NewIncrement::Flat(step)));
        }
    }

    #[test]
    fn rungs_are_a_ladder() {
        let rung = |from: &str, step: &str| NewRung { from: from.into(), step: step.into() };
        let ladder = vec![rung("0", "0.05"), rung("1.00", "0.25"), rung("1000", "25")];
        assert_eq!(parse("0:0.05, 1.00:0.25,1_000:25"), Ok(NewIncrement::Ladder(ladder)));
    }

    #[test]
    fn what_is_neither_is_refused_with_an_example() {
        for (text, hint) in [
            ("1,275", "write 1275, 1275.00 or 1_275"),
            ("0", "above zero"),
            ("0:0.05,1,000:0.25", "0:0.05,1:0.25"),
            ("0:0", "above zero"),
            ("0:0.05,", "0:0.05,1:0.25"),
            ("-1:0.05", "above zero"),
            (":1", "is not an amount"),
        ] {
            let refused = parse(text);
            assert!(refused.as_ref().is_err_and(|why| why.contains(hint)), "{text}: {refused:?}");
        }
    }

    #[test]
    fn a_ladder_is_shown_as_it_is_written() {
        let rung = |from: &str, step: &str| RungView {
            from: from.parse().unwrap(),
            step: step.parse().unwrap(),
        };
        let (low, high) = (rung("0.00", "0.05"), rung("1.00", "0.25"));
        assert_eq!(text(&[low.clone(), high]).as_deref(), Some("0.00:0.05,1.00:0.25"));
        assert_eq!(text(&[low]).as_deref(), Some("0.05"));
        assert_eq!(text(&[]), None);
    }
}
