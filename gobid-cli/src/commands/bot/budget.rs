//! The most that a bot may offer.

use gobid_api::products::ProductView;
use gobid_api::{Amount, Currency, Decimal};
use gobid_auction::Offer;

use crate::amount::money;

/// The most that any offer may be, in the currency of the product. What a bidder pays in the end is
/// never more than his highest offer: so this bounds what all of them can cost together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    most: Amount,
    currency: Currency,
    /// What a purchase costs.
    buy_now_price: Option<Decimal>,
}

impl Budget {
    /// The budget for a product; else a sentence on what is wrong with it.
    pub(super) fn of(most: Decimal, product: &ProductView) -> Result<Self, String> {
        let code = &product.currency;
        let wrong = |why: String| format!("the budget {why} (the auction is in {code})");
        let currency: Currency =
            code.parse().map_err(|why: gobid_auction::MoneyError| wrong(why.to_string()))?;
        let most = Amount::from_decimal(most, currency).map_err(|why| wrong(why.to_string()))?;
        Ok(Self { most, currency, buy_now_price: product.buy_now_price })
    }

    /// It for people: `USD 1,400.00`.
    pub(super) fn shown(&self) -> String {
        money(self.most.to_decimal(self.currency), self.currency.code())
    }

    /// The offer with the digits of the currency, when it is one and within the budget.
    pub(super) fn checked(&self, offer: Offer) -> Result<Offer, Refusal> {
        match offer {
            Offer::Firm(amount) => self.within(amount).map(Offer::Firm),
            Offer::Maximum(amount) => self.within(amount).map(Offer::Maximum),
            Offer::BuyNow => {
                let why = "the product has no buy-now price";
                let price = self.buy_now_price.ok_or(Refusal::Wrong(why.to_owned()))?;
                self.within(price).map(|_price| Offer::BuyNow)
            }
        }
    }

    fn within(&self, offered: Decimal) -> Result<Decimal, Refusal> {
        let amount = Amount::from_decimal(offered, self.currency)
            .map_err(|why| Refusal::Wrong(format!("the amount {why}")))?;
        let offered = amount.to_decimal(self.currency);
        if amount > self.most {
            let offered = money(offered, self.currency.code());
            let why = format!("{offered} is above the budget of {}", self.shown());
            return Err(Refusal::AboveBudget(why));
        }
        Ok(offered)
    }
}

/// Why an offer is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is not one.
    Wrong(String),
    /// It is more than the bot may offer.
    AboveBudget(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(buy_now_price: Option<&str>) -> Budget {
        Budget {
            most: Amount::new(140_000).unwrap(),
            currency: "USD".parse().unwrap(),
            buy_now_price: buy_now_price.map(|price| price.parse().unwrap()),
        }
    }

    #[test]
    fn nothing_above_the_budget_is_offered() {
        let decimal = |text: &str| text.parse().unwrap();
        let budget = budget(Some("1400.01"));
        for (amount, fits) in
            [("1", true), ("1400", true), ("1400.00", true), ("1400.01", false), ("99999", false)]
        {
            for offer in [Offer::Firm(decimal(amount)), Offer::Maximum(decimal(amount))] {
                let checked = budget.checked(offer);
                assert_eq!(checked.is_ok(), fits, "{amount}: {checked:?}");
                assert!(fits || matches!(checked, Err(Refusal::AboveBudget(_))));
            }
        }
        let refused = budget.checked(Offer::BuyNow).unwrap_err();
        let why = "USD 1,400.01 is above the budget of USD 1,400.00";
        assert_eq!(refused, Refusal::AboveBudget(why.to_owned()));
    }

    #[test]
    fn what_is_no_offer_is_refused() {
        let budget = budget(None);
        let digits = Offer::Firm("1.005".parse().unwrap());
        for offer in [Offer::BuyNow, digits] {
            assert!(matches!(budget.checked(offer), Err(Refusal::Wrong(_))), "{offer:?}");
        }
    }
}
