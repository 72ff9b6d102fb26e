//! Each kind of event as a line.

use super::*;

fn happening(kind: &str) -> Happening {
    let json = format!(r#"{{"seq":7,"at":"2030-01-31T18:00:00.123Z",{kind}}}"#);
    Happening { event: serde_json::from_str(&json).unwrap(), currency: "USD".to_owned() }
}

fn bid_placed(bidder: &str) -> Happening {
    happening(&format!(
        r#""type":"bid_placed","leader":"eva","current_price":"1250.00","extended":true,
        "auction_end":"2030-01-31T19:00:00Z","bids":[
        {{"bid_id":"0190b0a0-0000-7000-8000-000000000001","seq":7,"at":"2030-01-31T18:00:00.123Z",
        "bidder":"{bidder}","amount":"1225.00","automatic":false,"voided":false}},
        {{"bid_id":"0190b0a0-0000-7000-8000-000000000002","seq":7,"at":"2030-01-31T18:00:00.123Z",
        "bidder":"eva","amount":"1250.00","automatic":true,"voided":false}}]"#
    ))
}

fn sealed(amounts: &[&str]) -> Happening {
    let bid = |amount| {
        format!(
            r#"{{"bid_id":"0190b0a0-0000-7000-8000-000000000001","bidder":"eva","amount":"{amount}"}}"#
        )
    };
    let bids: Vec<_> = amounts.iter().map(bid).collect();
    happening(&format!(
        r#""type":"auction_closed","outcome":"sold","winner":"eva","hammer_price":"110.00",
        "reason":null,"sealed_bids":[{}],"sealed_bid_count":{}"#,
        bids.join(","),
        bids.len()
    ))
}

/// Whether each event, given by what follows its time, is told in these words.
fn assert_told(table: &[(Happening, &str)]) {
    for (event, sentence) in table {
        assert_eq!(event.sentence(), format!("2030-01-31T18:00:00.123Z  {sentence}"));
    }
}

#[test]
fn people_read_sentences() {
    let closed = r#""type":"auction_closed","outcome":"sold","winner":"eva","hammer_price":"1250.00","reason":null"#;
    let unsold = r#""type":"auction_closed","outcome":"unsold","winner":null,"hammer_price":null,"reason":"no_bids""#;
    assert_told(&[
        (
            bid_placed("bob\\u001b[2J"),
            "bob[2J bids USD 1,225.00, the house bids USD 1,250.00 for eva; \
             the end moves to 2030-01-31T19:00:00.000Z",
        ),
        (happening(closed), "sold to eva for USD 1,250.00"),
        (happening(unsold), "unsold: no bids"),
        (
            sealed(&["120.00", "110.00"]),
            "sold to eva for USD 110.00; the amounts: eva USD 120.00, eva USD 110.00",
        ),
        (
            sealed(&["4.00", "3.00", "2.00", "1.00"]),
            "sold to eva for USD 110.00; the amounts: eva USD 4.00, eva USD 3.00, eva USD 2.00, …",
        ),
        (sealed(&[]), "sold to eva for USD 110.00"),
        (happening(r#""type":"auction_opened""#), "the auction is open"),
        (happening(r#""type":"brand_new""#), "something this version does not know"),
    ]);
}

#[test]
fn what_sellers_and_admins_did_is_told_with_its_reason() {
    let reserve = |rest: &str| happening(&format!(r#""type":"reserve_changed",{rest}"#));
    let voided = |ids: &str, rest: &str| {
        happening(&format!(
            r#""type":"bids_voided","reason":"stolen","bid_count":1,"bid_ids":[{ids}],{rest}"#
        ))
    };
    let id = r#""0190b0a0-0000-7000-8000-000000000001""#;
    assert_told(&[
        (
            reserve(r#""reserve_met":true,"current_price":"1300.00""#),
            "the seller changed the reserve: it is met; the price is USD 1,300.00",
        ),
        (
            reserve(r#""reserve_met":false,"current_price":null"#),
            "the seller changed the reserve: it is not met",
        ),
        (
            reserve(r#""reserve_met":null,"current_price":null"#),
            "the seller changed or removed the reserve",
        ),
        (
            happening(r#""type":"description_changed","description":"With a case.","revision":2"#),
            "the seller changed the description: With a case.",
        ),
        (
            voided(id, r#""leader":"eva","current_price":"110.00""#),
            "an admin struck a bid: stolen; eva leads at USD 110.00",
        ),
        (
            voided(&format!("{id},{id}"), r#""leader":null,"current_price":null"#),
            "an admin struck 2 bids: stolen; nobody leads",
        ),
        (
            happening(
                r#""type":"auction_extended","auction_end":"2030-01-31T19:00:00Z","reason":"down""#,
            ),
            "an admin moved the end to 2030-01-31T19:00:00.000Z: down",
        ),
        (
            happening(r#""type":"sale_annulled","reason":"not as described""#),
            "the sale was annulled: not as described",
        ),
        (
            happening(r#""type":"auction_cancelled","reason":"it broke""#),
            "the auction was cancelled: it broke",
        ),
    ]);
}

#[test]
fn the_id_of_an_event_is_its_bid() {
    assert_eq!(bid_placed("bob").id(), "0190b0a0-0000-7000-8000-000000000001");
    assert_eq!(happening(r#""type":"auction_opened""#).id(), "");
}

#[test]
fn its_json_is_the_wires() {
    let json = serde_json::to_value(bid_placed("bob")).unwrap();
    assert_eq!(json["type"], "bid_placed");
    assert!(json.get("currency").is_none());
}
