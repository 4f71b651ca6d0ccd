//! The product backlog: what `policies/backlog/README.md` tells, held to the policy and the data, figure by figure.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod shipped;

use prioriter::decide::{Effect, ReasonKind, Status};
use prioriter::model::Language;
use shipped::{Edition, Shipped, edition, shipped};

const POLICY: &str = "backlog/backlog.rule";
const RULES: &str = "backlog.rule";
const DATA: &str = "features.json";

#[test]
fn the_ranking_with_its_scores() {
    let backlog = shipped(POLICY);
    let expected = [
        ("wallet-pass", "6000"),
        ("delay-alerts", "2800"),
        ("saved-cards", "1500"),
        ("dark-colours", "1500"),
        ("offline-tickets", "4000/3"),
        ("harbour-chat", "1250"),
        ("alert-consent", "875"),
        ("vat-receipts", "750"),
        ("tenth-free", "5000/7"),
        ("family-pass", "500"),
        ("old-scanner", "400"),
        ("calendar-link", "360"),
        ("offline-scanner", "320"),
        ("screen-reader", "200"),
        ("group-booking", "192"),
    ];
    assert_eq!(backlog.ranking(), expected.map(|(key, _)| key));
    for (key, score) in expected {
        assert_eq!(backlog.total(key), score, "{key}");
    }
    let broke = backlog.decision("saved-cards").tie_break.as_ref().unwrap();
    assert_eq!(&*broke.key, "reach");
    assert_eq!(broke.over, [backlog.record("dark-colours")]);
}

#[test]
fn who_is_not_ranked_and_why() {
    let backlog = shipped(POLICY);
    for (key, gate) in [("crew-roster", "goal"), ("new-website", "size")] {
        assert_eq!(backlog.status(key), "not-eligible");
        assert_eq!(backlog.rules(key, ReasonKind::Entry), [gate]);
    }
    assert_eq!(backlog.with_status("feature", Status::NotEligible).len(), 2);
    assert_eq!(
        backlog.instead("new-website"),
        ["comes back in parts that are useful one by one"]
    );
    assert_eq!(backlog.with_status("feature", Status::Undetermined), ["parking"]);
    assert_eq!(backlog.decision("parking").missing, ["reach".into()]);
    assert_eq!(backlog.status("old-scanner"), "excluded");
    assert_eq!(backlog.decision("old-scanner").rank, Some(11));
    assert_eq!(backlog.rules("old-scanner", ReasonKind::Exclude), ["replaced"]);
    // Without a goal, but the law requires them within the half-year.
    for key in ["vat-receipts", "screen-reader"] {
        assert_eq!(backlog.shown(key, "goal"), "no goal of this half-year");
        assert_eq!(backlog.status(key), "ranked");
    }
}

#[test]
fn defaults_and_assumptions_say_so() {
    let backlog = shipped(POLICY);
    assert!(backlog.data("harbour-chat", "confidence").default);
    let assumptions = &backlog.decided.decisions.assumptions;
    let keys: Vec<&str> = assumptions
        .iter()
        .map(|assumed| &**backlog.records.key(assumed.record))
        .collect();
    assert_eq!(keys, ["offline-scanner"]);
}

#[test]
fn the_plan() {
    let backlog = shipped(POLICY);
    assert_eq!(
        backlog.with_status("feature", Status::Prioritised),
        ["group-booking"]
    );
    let order = [
        "vat-receipts",
        "screen-reader",
        "wallet-pass",
        "saved-cards",
        "dark-colours",
        "offline-tickets",
        "offline-scanner",
        "alert-consent",
        "delay-alerts",
        "harbour-chat",
        "tenth-free",
        "family-pass",
        "calendar-link",
    ];
    assert_eq!(backlog.order(), order);
    assert_eq!(cut_of(&backlog), ["harbour-chat", "tenth-free", "family-pass"]);
    assert_eq!(weeks(&backlog), "39");
    assert_eq!(backlog.line(), Some(("delay-alerts", "harbour-chat")));
    // family-pass is cut because what it needs is, and closes nothing.
    assert_eq!(backlog.rules("family-pass", ReasonKind::Limit), [""; 0]);
    let needs = backlog.reasons("family-pass", ReasonKind::Needs);
    assert_eq!(needs[0].after, [backlog.record("tenth-free")]);
}

#[test]
fn the_preference_holds_in_one_area_yields_in_another_and_finds_nothing_in_the_third() {
    let backlog = shipped(POLICY);
    let list = backlog.decided.decisions.cut_list.as_ref().unwrap();
    let rules = &backlog.policy.cut_list.as_ref().unwrap().rules;
    let effects: Vec<(&str, Effect)> = list
        .rules
        .iter()
        .map(|rule| (&*rules[rule.rule].text, rule.effect))
        .collect();
    assert!(
        effects.iter().all(|(_, effect)| *effect == Effect::Binds),
        "{effects:?}"
    );
    assert_eq!(list.set_aside.len(), 1);
    let steps: Vec<(&str, &str)> = list.set_aside[0]
        .against
        .iter()
        .map(|step| {
            (
                &**backlog.records.key(step.record),
                &**backlog.records.key(step.after),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [("tenth-free", "family-pass"), ("family-pass", "tenth-free")]
    );
    let preferred = backlog.reasons("harbour-chat", ReasonKind::Prefer);
    let after = ["dark-colours", "alert-consent", "delay-alerts"].map(|key| backlog.record(key));
    assert_eq!(preferred[0].after, after);
}

/// The README's "What to try", by its numbers.
#[test]
fn what_to_try() {
    // 1. The list closes at the first that does not fit.
    let closed = without("    take what fits").decide();
    let cut = ["harbour-chat", "tenth-free", "family-pass", "calendar-link"];
    assert_eq!(cut_of(&closed), cut);

    // 2. Ten weeks fewer: both offline features go, or one of them.
    let fewer = |edition: Edition| {
        edition
            .with(RULES, "at most 40 weeks", "at most 30 weeks")
            .decide()
    };
    let thirty = fewer(edition(POLICY));
    let cut = [
        "offline-tickets",
        "offline-scanner",
        "harbour-chat",
        "tenth-free",
        "family-pass",
    ];
    assert_eq!(cut_of(&thirty), cut);
    assert_eq!(weeks(&thirty), "28");
    let apart = fewer(without("    all or nothing"));
    let cut = [
        "delay-alerts",
        "harbour-chat",
        "tenth-free",
        "family-pass",
        "offline-scanner",
    ];
    assert_eq!(cut_of(&apart), cut);
    assert_eq!(weeks(&apart), "30");

    // 3. A guess comes in, and the better feature goes.
    let guessed = without("    prefer").decide();
    assert_eq!(cut_of(&guessed), ["delay-alerts", "tenth-free", "family-pass"]);
    assert_eq!(weeks(&guessed), "39");

    // 4. The chat is measured.
    let measured = edition(POLICY)
        .fact(
            DATA,
            "harbour-chat",
            "\"effort\"",
            "\"confidence\": \"high\", \"effort\"",
        )
        .decide();
    assert_eq!(measured.total("harbour-chat"), "2500");
    assert_eq!(measured.decision("harbour-chat").rank, Some(3));
    assert_eq!(cut_of(&measured), ["delay-alerts", "tenth-free", "family-pass"]);

    // 5. family-pass needs nothing, and the preference holds in booking too.
    let free = edition(POLICY)
        .with(DATA, ",\n      \"requires\": [\"tenth-free\"]", "")
        .decide();
    assert!(
        free.decided
            .decisions
            .cut_list
            .as_ref()
            .unwrap()
            .set_aside
            .is_empty()
    );
    assert_eq!(
        free.order()[9..],
        ["harbour-chat", "family-pass", "tenth-free", "calendar-link"]
    );

    // 6. A contradiction.
    let refusal = edition(POLICY)
        .fact(
            DATA,
            "vat-receipts",
            "\"required-by\"",
            "\"requires\": [\"wallet-pass\"], \"required-by\"",
        )
        .refusal();
    for told in ["cut-list-cycle", "keep first obligations", "needs requires"] {
        assert!(refusal.contains(told), "{refusal}");
    }

    // 7. Somebody estimates whom parking reaches.
    let reached = edition(POLICY)
        .fact(DATA, "parking", "\"impact\"", "\"reach\": 8000, \"impact\"")
        .decide();
    assert_eq!(reached.decision("parking").rank, Some(7));
    assert_eq!(reached.order().last(), Some(&"parking"));
    assert_eq!(reached.selection("parking"), Some("cut"));
}

/// Each clause of the cut list decides something: without it the plan is another.
#[test]
fn every_clause_of_the_cut_list_is_missed() {
    let unprotected = without("    protect").decide();
    assert_eq!(
        cut_of(&unprotected),
        ["tenth-free", "family-pass", "group-booking"]
    );
    let no_obligations = without("    keep first").decide();
    assert_eq!(
        cut_of(&no_obligations),
        ["tenth-free", "family-pass", "screen-reader"]
    );
    let apart = without("    all or nothing").decide();
    assert_eq!(cut_of(&apart), ["tenth-free", "family-pass", "offline-scanner"]);
    let no_needs = without("    needs").decide();
    assert_eq!(no_needs.order()[3], "delay-alerts");
    assert!(
        no_needs
            .decided
            .decisions
            .cut_list
            .as_ref()
            .unwrap()
            .set_aside
            .is_empty()
    );
    let no_limit = without("    at most").decide();
    assert_eq!(cut_of(&no_limit), [""; 0]);
}

#[test]
fn what_replaces_another_must_be_selected() {
    let kept = edition(POLICY)
        .with(DATA, ",\n      \"replaced-by\": \"offline-scanner\"", "")
        .decide();
    assert_eq!(kept.status("old-scanner"), "ranked");
    assert_eq!(kept.selection("old-scanner"), Some("kept"));
    assert_eq!(kept.selection("calendar-link"), Some("cut"));
}

#[test]
fn the_report() {
    let backlog = shipped(POLICY);
    insta::assert_snapshot!("backlog-en", backlog.text(Language::English));
    insta::assert_snapshot!("backlog-json", backlog.json());
    assert!(backlog.decided.warnings.is_empty());
}

fn cut_of(backlog: &Shipped) -> Vec<&str> {
    let mut order = backlog.order();
    order.retain(|key| backlog.selection(key) == Some("cut"));
    order
}

/// The weeks of what stays.
fn weeks(backlog: &Shipped) -> String {
    let limits = &backlog.decided.decisions.cut_list.as_ref().unwrap().limits;
    limits[0].kept.exact()
}

/// Without the one line of the policy that starts so.
fn without(start: &str) -> Edition {
    let text = std::fs::read_to_string("policies/backlog/backlog.rule").unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with(start)).collect();
    assert_eq!(lines.len(), 1, "{start}");
    edition(POLICY).with(RULES, &format!("{}\n", lines[0]), "")
}
