//! `product create --from`: the same thing, or one like it, put up again.

use gobid_api::products::{NewDutch, NewIncrement, NewProduct, NewRung, ProductView, RungView};

use crate::credentials::Context;

/// A product with the terms of another one, but for its times and its reference.
pub(super) fn like(context: &Context, product: &ProductView) -> NewProduct {
    if product.you.as_ref().is_none_or(|you| !you.is_seller) {
        context.output.note("it is not yours: if it has a reserve, that is not taken along");
    }
    terms(product)
}

fn terms(product: &ProductView) -> NewProduct {
    let reserve = product.you.as_ref().and_then(|you| you.reserve_price);
    NewProduct {
        product_name: product.product_name.clone(),
        description: product.description.clone(),
        baseprice: product.baseprice.into(),
        currency: Some(product.currency.clone()),
        format: Some(product.format.clone()),
        increment: increment(&product.increment),
        reserve_price: reserve.map(Into::into),
        buy_now_price: product.buy_now_price.map(Into::into),
        soft_close_seconds: u32::try_from(product.soft_close_seconds).ok().filter(|it| *it > 0),
        dutch: product.dutch.map(|dutch| NewDutch {
            floor: dutch.floor.into(),
            step: dutch.step.into(),
            tick_seconds: dutch.tick_seconds,
        }),
        anonymous_bidders: product.anonymous_bidders.then_some(true),
        ..NewProduct::default()
    }
}

fn increment(ladder: &[RungView]) -> Option<NewIncrement> {
    match ladder {
        [] => None,
        [flat] => Some(NewIncrement::Flat(flat.step.into())),
        rungs => {
            let rung = |rung: &RungView| NewRung { from: rung.from.into(), step: rung.step.into() };
            Some(NewIncrement::Ladder(rungs.iter().map(rung).collect()))
        }
    }
}
