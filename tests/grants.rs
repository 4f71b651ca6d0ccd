//! The research call: what `policies/grants/README.md` tells, held to the policy and the data, figure by figure.

// A test that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod shipped;

use prioriter::decide::{ReasonKind, Status};
use prioriter::model::{Language, Number, Value};
use shipped::{Edition, Shipped, edition, shipped};

const POLICY: &str = "grants/grants.rule";
const RULES: &str = "grants.rule";
const DATA: &str = "proposals.json";

const RANKING: [&str; 13] = [
    "TUGLIGHT",
    "PIERVOLT",
    "SLOWSTEAM",
    "KELPWALL",
    "REEFROOT",
    "DOCKGRID",
    "SAILPACK",
    "PLUGBERTH",
    "FLEETHINT",
    "BARGELOOP",
    "SALTMEAD",
    "STORMEAR",
    "TIDEBELL",
];

#[test]
fn the_ranking_with_its_totals() {
    let grants = shipped(POLICY);
    assert_eq!(grants.ranking(), RANKING);
    let totals = [
        "33/2", "31/2", "31/2", "61/4", "59/4", "14", "14", "27/2", "27/2", "51/4", "51/4", "49/4", "23/2",
    ];
    assert_eq!(RANKING.map(|key| grants.total(key)), totals);
    let ranks = RANKING.map(|key| grants.decision(key).rank.unwrap());
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 12, 13]);
}

/// The table of ties in the README: each key of the chain decides once, and one tie is left.
#[test]
fn every_key_of_the_tie_break_decides_once() {
    let grants = shipped(POLICY);
    let half = |halves: i64| Number::fraction(halves, 2).unwrap();
    let expected = [
        ("PIERVOLT", "impact", half(10), "SLOWSTEAM"),
        ("DOCKGRID", "excellence", half(9), "SAILPACK"),
        (
            "PLUGBERTH",
            "sme-share",
            Number::fraction(21, 38).unwrap(),
            "FLEETHINT",
        ),
    ];
    for (key, name, value, over) in expected {
        let broke = grants.decision(key).tie_break.as_ref().unwrap();
        assert_eq!(&*broke.key, name);
        assert_eq!(broke.value, Value::Number(value));
        assert_eq!(broke.over, [grants.record(over)]);
    }
    let share = "sme-share";
    let fleethint = grants
        .decision("FLEETHINT")
        .values
        .iter()
        .find(|value| &*value.name == share);
    assert_eq!(
        fleethint.unwrap().value,
        Some(Value::Number(Number::fraction(7, 40).unwrap()))
    );
    assert_eq!(
        grants.decision("BARGELOOP").tied_with,
        [grants.record("SALTMEAD")]
    );
    assert_eq!(
        grants.decision("SALTMEAD").tied_with,
        [grants.record("BARGELOOP")]
    );
}

#[test]
fn the_gates_tell_all_reasons_at_once() {
    let grants = shipped(POLICY);
    let expected: [(&str, &[&str]); 4] = [
        ("WRECKMAP", &["deadline"]),
        ("GREENQUAY", &["impact"]),
        ("SOLOBUOY", &["consortium", "size"]),
        ("MUDLARK", &["overall"]),
    ];
    for (key, gates) in expected {
        assert_eq!(grants.status(key), "not-eligible", "{key}");
        assert_eq!(grants.rules(key, ReasonKind::Entry), gates, "{key}");
        assert!(grants.decision(key).missing.is_empty(), "{key}");
    }
    assert_eq!(
        grants.with_status("proposal", Status::NotEligible).len(),
        expected.len()
    );
    let texts: Vec<_> = grants.reasons("SOLOBUOY", ReasonKind::Entry);
    let texts: Vec<&str> = texts
        .iter()
        .map(|reason| reason.text.as_deref().unwrap())
        .collect();
    let expected = [
        "has 2 partners in participating countries; it takes three, one of them outside the coordinator's country",
        "asks for 0.6 MEUR; the call gives 1 to 4 MEUR",
    ];
    assert_eq!(texts, expected);
    // Handed in an hour further east: on time.
    assert_eq!(grants.status("DOCKGRID"), "ranked");
}

#[test]
fn what_is_missing_is_named_and_holds_up_nobody_else() {
    let grants = shipped(POLICY);
    assert_eq!(grants.with_status("proposal", Status::Undetermined), ["FOGLANE"]);
    assert_eq!(
        grants.decision("FOGLANE").missing,
        ["implementation-score".into()]
    );
    assert_eq!(
        grants.rules("FOGLANE", ReasonKind::Entry),
        ["implementation", "overall"]
    );
}

#[test]
fn two_are_taken_out_and_keep_their_ranks() {
    let grants = shipped(POLICY);
    for (key, rule, rank) in [("KELPWALL", "withdrawn", 4), ("FLEETHINT", "double-funding", 9)] {
        assert_eq!(grants.status(key), "excluded");
        assert_eq!(grants.rules(key, ReasonKind::Exclude), [rule]);
        assert_eq!(grants.decision(key).rank, Some(rank));
    }
    assert_eq!(grants.status("REEFROOT"), "ranked");
}

#[test]
fn the_main_list_and_the_reserve_list() {
    let grants = shipped(POLICY);
    let expected = [
        "TUGLIGHT",
        "PIERVOLT",
        "SLOWSTEAM",
        "REEFROOT",
        "DOCKGRID",
        "SAILPACK",
        "PLUGBERTH",
        "BARGELOOP",
        "SALTMEAD",
        "STORMEAR",
        "TIDEBELL",
    ];
    assert_eq!(grants.order(), expected);
    assert_eq!(grants.line(), Some(("DOCKGRID", "SAILPACK")));
    let kept = [
        "TUGLIGHT",
        "PIERVOLT",
        "SLOWSTEAM",
        "REEFROOT",
        "DOCKGRID",
        "STORMEAR",
    ];
    assert_eq!(kept_of(&grants), kept);

    // One from each priority, in the order in which the data first shows them, and the budget.
    let limits = &grants.decided.decisions.cut_list.as_ref().unwrap().limits;
    let told: Vec<_> = limits
        .iter()
        .map(|limit| (limit.asked.exact(), limit.kept.exact(), limit.met))
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(asked, kept, met)| (&**asked, &**kept, *met))
        .collect();
    let expected = [
        ("4", "2", true),
        ("3", "2", true),
        ("2", "1", true),
        ("2", "1", true),
        ("138/5", "177/10", true),
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_decisions_rest_on() {
    let grants = shipped(POLICY);
    let premises = &grants.decided.decisions.premises;
    let premise = premises
        .iter()
        .find(|found| &*grants.policy.premises[found.premise].name == "accession");
    assert_eq!(
        premise.unwrap().decisions,
        [grants.record("REEFROOT"), grants.record("TIDEBELL")]
    );
    let assumptions = &grants.decided.decisions.assumptions;
    let keys: Vec<&str> = assumptions
        .iter()
        .map(|assumed| &**grants.records.key(assumed.record))
        .collect();
    assert_eq!(keys, ["STORMEAR-3"]);
}

/// The README's "What to try", by its numbers.
#[test]
fn what_to_try() {
    // 1. A tenth of a million more: SAILPACK fits to the last euro.
    let more = edition(POLICY)
        .with(DATA, "\"budget\": 20,", "\"budget\": 20.1,")
        .decide();
    let kept = [
        "TUGLIGHT",
        "PIERVOLT",
        "SLOWSTEAM",
        "REEFROOT",
        "DOCKGRID",
        "SAILPACK",
        "STORMEAR",
    ];
    assert_eq!(kept_of(&more), kept);
    assert_eq!(paid(&more), "201/10");

    // 2. What fits is taken.
    let fits = edition(POLICY)
        .with(RULES, "    show title", "    take what fits\n    show title")
        .decide();
    let kept = [
        "TUGLIGHT",
        "PIERVOLT",
        "SLOWSTEAM",
        "REEFROOT",
        "DOCKGRID",
        "PLUGBERTH",
        "STORMEAR",
    ];
    assert_eq!(kept_of(&fits), kept);
    assert_eq!(paid(&fits), "98/5");

    // 3. Nobody has to work on early warning.
    let free = without("    at least 1 per priority").decide();
    let kept = [
        "TUGLIGHT",
        "PIERVOLT",
        "SLOWSTEAM",
        "REEFROOT",
        "DOCKGRID",
        "SAILPACK",
        "PLUGBERTH",
    ];
    assert_eq!(kept_of(&free), kept);

    // 4. KELPWALL stays in the call.
    let stays = edition(POLICY)
        .with(DATA, ",\n      \"withdrawn-on\": \"2026-04-20\"", "")
        .decide();
    assert_eq!(stays.rules("REEFROOT", ReasonKind::Exclude), ["double-funding"]);
    let kept = [
        "TUGLIGHT",
        "PIERVOLT",
        "SLOWSTEAM",
        "KELPWALL",
        "DOCKGRID",
        "SAILPACK",
        "STORMEAR",
    ];
    assert_eq!(kept_of(&stays), kept);

    // 5. The panel agrees on FOGLANE.
    let scored = edition(POLICY)
        .fact(
            DATA,
            "FOGLANE",
            "\"impact-score\": 4,",
            "\"impact-score\": 4, \"implementation-score\": 4,",
        )
        .decide();
    assert_eq!(scored.total("FOGLANE"), "14");
    assert_eq!(scored.decision("FOGLANE").rank, Some(8));
    let kept = [
        "TUGLIGHT",
        "PIERVOLT",
        "SLOWSTEAM",
        "REEFROOT",
        "DOCKGRID",
        "FOGLANE",
    ];
    assert_eq!(kept_of(&scored), kept);

    // 6. Impact weighs no more than the others.
    let even = without("    weight 1.5").decide();
    assert_eq!(even.ranking()[..3], ["TUGLIGHT", "SLOWSTEAM", "PIERVOLT"]);
    assert_eq!(even.ranking()[3..], RANKING[3..]);

    // 7. A limit without a unit.
    let refusal = edition(POLICY)
        .with(
            RULES,
            "at most call.budget of requested",
            "at most 20 of requested",
        )
        .refusal();
    assert!(
        refusal.contains("unit-mismatch") && refusal.contains("in MEUR"),
        "{refusal}"
    );
}

#[test]
fn a_key_of_the_tie_break_taken_out_is_missed() {
    let no_impact = edition(POLICY).with(RULES, " then highest impact", "").decide();
    assert_eq!(no_impact.ranking()[1..3], ["SLOWSTEAM", "PIERVOLT"]);
    let no_excellence = edition(POLICY)
        .with(RULES, " then highest excellence", "")
        .decide();
    assert_eq!(no_excellence.ranking()[5..7], ["SAILPACK", "DOCKGRID"]);
    assert_eq!(no_excellence.selection("DOCKGRID"), Some("cut"));
    assert_eq!(no_excellence.selection("SAILPACK"), Some("kept"));
    let no_share = edition(POLICY)
        .with(RULES, " then highest sme-share", "")
        .decide();
    assert_eq!(no_share.ranking()[7..9], ["FLEETHINT", "PLUGBERTH"]);
    let ranks = ["FLEETHINT", "PLUGBERTH"].map(|key| no_share.decision(key).rank);
    assert_eq!(ranks, [Some(8), Some(8)]);
}

/// A rule about what is selected sees only what stands above it.
#[test]
fn the_order_of_the_exclusions_matters() {
    let text = std::fs::read_to_string("policies/grants/grants.rule").unwrap();
    let from = text.find("exclude withdrawn").unwrap();
    let end = from + text[from..].find("\n}\n").unwrap() + 3;
    let rule = &text[from..end];
    let turned = edition(POLICY)
        .with(RULES, rule, "")
        .with(RULES, "cut-list awards", &format!("{rule}\ncut-list awards"))
        .decide();
    assert_eq!(turned.rules("KELPWALL", ReasonKind::Exclude), ["withdrawn"]);
    assert_eq!(turned.rules("REEFROOT", ReasonKind::Exclude), ["double-funding"]);
}

#[test]
fn thresholds_decide_to_the_half_point() {
    let impact = edition(POLICY)
        .with(RULES, "impact >= 3", "impact >= 2.5")
        .decide();
    assert_eq!(impact.status("GREENQUAY"), "ranked");
    let overall = edition(POLICY)
        .with(RULES, "overall >= 10", "overall >= 9.5")
        .decide();
    assert_eq!(overall.status("MUDLARK"), "ranked");
    assert_eq!(overall.decision("MUDLARK").rank, Some(14));
}

/// A late proposal in time would still lack its scores.
#[test]
fn on_time_wreckmap_is_undetermined() {
    let grants = edition(POLICY).with(DATA, "17:02:11", "17:00:00").decide();
    assert_eq!(grants.status("WRECKMAP"), "undetermined");
    let missing: Vec<&str> = grants
        .decision("WRECKMAP")
        .missing
        .iter()
        .map(|name| &**name)
        .collect();
    assert_eq!(
        missing,
        ["excellence-score", "impact-score", "implementation-score"]
    );
}

/// What the README says of the rules while it reads them.
#[test]
fn what_is_refused() {
    let gap = without("    any,                  no  -> 0%").refusal();
    assert!(
        gap.contains("table-gap") && gap.contains("kind is company, fundable is no"),
        "{gap}"
    );
    let off_the_step = edition(POLICY)
        .fact(
            DATA,
            "TUGLIGHT",
            "\"excellence-score\": 4.5",
            "\"excellence-score\": 4.2",
        )
        .refusal();
    assert!(off_the_step.contains("steps of 0.5"), "{off_the_step}");
}

#[test]
fn the_report() {
    let grants = shipped(POLICY);
    insta::assert_snapshot!("grants-en", grants.text(Language::English));
    insta::assert_snapshot!("grants-json", grants.json());
    assert!(grants.decided.warnings.is_empty());
}

fn kept_of(grants: &Shipped) -> Vec<&str> {
    let mut order = grants.order();
    order.retain(|key| grants.selection(key) == Some("kept"));
    order
}

/// What the kept proposals get together.
fn paid(grants: &Shipped) -> String {
    let limits = &grants.decided.decisions.cut_list.as_ref().unwrap().limits;
    limits.last().unwrap().kept.exact()
}

/// Without the one line of the policy that starts so.
fn without(start: &str) -> Edition {
    let text = std::fs::read_to_string("policies/grants/grants.rule").unwrap();
    let line = text.lines().find(|line| line.starts_with(start)).unwrap();
    edition(POLICY).with(RULES, &format!("{line}\n"), "")
}
