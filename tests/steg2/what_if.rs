//! What changes when a weight, a gate, an exclusion, an ordering rule or a fact does: exactly this, and nothing else.

use prioriter::decide::{ReasonKind, Status};
use prioriter::model::{Number, Value};

use crate::shipped::{Edition, Shipped, edition, shipped};
use crate::{POLICY, TABLE_3, by_status, without};

const RULES: &str = "steg2-rules.rule";
const LIST: &str = "steg2.rule";
const MEASURES: &str = "measures.json";

fn with_weight(criterion: &str, weight: u32) -> Edition {
    let head = format!("criterion {criterion} {{\n    weight ");
    edition(POLICY).with(RULES, &format!("{head}1 "), &format!("{head}{weight} "))
}

#[test]
fn what_if_a_criterion_weighed_three_times_as_much() {
    let goal = with_weight("goal \"Måloppnåelse\"", 3).decide();
    let expected = [
        "LM", "KI-2", "KI-1", "JD-1", "JD-2", "DBEP-1", "JD-4", "KI-3", "KI-4", "DHO-3", "JD-3",
    ];
    assert_eq!(goal.ranking(), expected);
    assert_eq!(goal.total("KI-2"), "109/3");
    // The cut list goes by rank, and KI-3 now stands before DHO-3.
    assert_eq!(
        goal.order(),
        ["JD-C1", "JD-C2", "KI-C1", "DHO-C1", "LM-C2", "LM-C3", "LM-C1"]
    );

    let cost = with_weight("cost \"Kostnader (høye poeng er lave kostnader)\"", 3).decide();
    let expected = [
        "JD-1", "LM", "DHO-3", "KI-1", "KI-2", "JD-2", "KI-3", "DBEP-1", "JD-3", "KI-4", "JD-4",
    ];
    assert_eq!(cost.ranking(), expected);
    assert_eq!(
        cost.order(),
        ["JD-C1", "DHO-C1", "JD-C2", "KI-C1", "LM-C2", "LM-C3", "LM-C1"]
    );

    let benefit = with_weight("benefit \"Nytte\"", 3).decide();
    let expected = [
        "LM", "JD-1", "DBEP-1", "KI-1", "KI-2", "JD-2", "DHO-3", "JD-4", "KI-3", "JD-3", "KI-4",
    ];
    assert_eq!(benefit.ranking(), expected);

    for steg2 in [goal, cost, benefit] {
        assert_eq!(
            by_status(&steg2, "measure"),
            by_status(&shipped(POLICY), "measure")
        );
    }
}

/// With cost three times as heavy, DBEP-1 and JD-3 come to the same total, so the tie-break decides.
#[test]
fn what_if_the_tie_break_were_another() {
    let tied = |from: &str, to: &str| {
        with_weight("cost \"Kostnader (høye poeng er lave kostnader)\"", 3)
            .with(RULES, from, to)
            .decide()
    };
    let key = "highest total then highest benefit.patient";
    let eighth_and_ninth = |steg2: &Shipped| {
        let ranking = steg2.ranking();
        let ranks = ["DBEP-1", "JD-3"].map(|key| steg2.decision(key).rank.unwrap());
        (ranking[7].to_owned(), ranking[8].to_owned(), ranks)
    };

    let as_published = tied(key, key);
    assert_eq!(as_published.total("DBEP-1"), "22");
    assert_eq!(as_published.total("JD-3"), "22");
    assert_eq!(
        eighth_and_ninth(&as_published),
        ("DBEP-1".into(), "JD-3".into(), [8, 9])
    );
    let broke = as_published.decision("DBEP-1").tie_break.as_ref().unwrap();
    assert_eq!(
        (&*broke.key, &broke.value),
        ("benefit.patient", &Value::Number(Number::from_integer(10)))
    );
    assert_eq!(broke.over, [as_published.record("JD-3")]);

    let turned = tied(key, "highest total then lowest benefit.patient");
    assert_eq!(
        eighth_and_ninth(&turned),
        ("JD-3".into(), "DBEP-1".into(), [9, 8])
    );

    let without = tied(key, "highest total");
    assert_eq!(
        eighth_and_ninth(&without),
        ("DBEP-1".into(), "JD-3".into(), [8, 8])
    );
    assert_eq!(without.decision("DBEP-1").tied_with, [without.record("JD-3")]);
    assert_eq!(without.decision("KI-4").rank, Some(10));
}

#[test]
fn what_if_the_ranking_went_from_the_lowest() {
    let steg2 = edition(POLICY)
        .with(RULES, "highest total", "lowest total")
        .decide();
    let mut reversed = TABLE_3;
    reversed.reverse();
    assert_eq!(steg2.ranking(), reversed);
    assert_eq!(
        steg2.order(),
        ["KI-C1", "DHO-C1", "JD-C2", "JD-C1", "LM-C2", "LM-C3", "LM-C1"]
    );
}

/// Without a gate, those it alone held back are not let in: what the other gates ask of them is not known.
#[test]
fn what_if_a_gate_were_gone() {
    /// A record that would be undetermined, and the fields that would then be missing.
    type Missing = (&'static str, &'static [&'static str]);
    let cases: [(&str, &[Missing]); 3] = [
        ("entry goal-picture", &[]),
        (
            "entry roadmap",
            &[
                ("DHO-1", &["realises-need", "maturity"]),
                ("FH", &["realises-need", "maturity"]),
            ],
        ),
        (
            "entry maturity",
            &[
                ("DBEP-4", &["realises-need", "in-roadmap"]),
                ("DHO-2", &["realises-need", "in-roadmap"]),
                ("DHO-3-ref", &["realises-need"]),
                ("JD-5", &["realises-need", "in-roadmap"]),
                ("JD-6", &["realises-need", "in-roadmap"]),
            ],
        ),
    ];
    for (gate, undetermined) in cases {
        let steg2 = without(POLICY, RULES, gate).decide();
        let keys: Vec<&str> = undetermined.iter().map(|(key, _)| *key).collect();
        assert_eq!(steg2.with_status("measure", Status::Undetermined), keys, "{gate}");
        for (key, missing) in undetermined {
            let named: Vec<&str> = steg2.decision(key).missing.iter().map(|name| &**name).collect();
            assert_eq!(named, *missing, "{gate} {key}");
        }
        assert_eq!(
            steg2.with_status("measure", Status::NotEligible).len(),
            7 - keys.len(),
            "{gate}"
        );
        assert_eq!(steg2.ranking(), TABLE_3, "{gate}");
    }
}

#[test]
fn what_if_the_gates_asked_for_more() {
    // Only what is mature: JD-3 and JD-4 are less mature.
    let strict = edition(POLICY)
        .with(RULES, "maturity in [mature, less-mature]", "maturity is mature")
        .decide();
    let expected = [
        "LM", "JD-1", "KI-1", "KI-2", "JD-2", "DHO-3", "DBEP-1", "KI-3", "KI-4",
    ];
    assert_eq!(strict.ranking(), expected);
    for key in ["JD-3", "JD-4"] {
        assert_eq!(strict.status(key), "not-eligible");
        assert_eq!(strict.rules(key, ReasonKind::Entry), ["maturity"]);
    }

    // No exception for what others need (I-10): DHO-3 goes, and its deliverables with it.
    let literal = edition(POLICY)
        .with(RULES, "realises-need or enabler", "realises-need")
        .decide();
    let expected = [
        "LM", "JD-1", "KI-1", "KI-2", "JD-2", "DBEP-1", "KI-3", "JD-4", "JD-3", "KI-4",
    ];
    assert_eq!(literal.ranking(), expected);
    assert_eq!(literal.rules("DHO-3", ReasonKind::Entry), ["goal-picture"]);
    let out = literal.with_status("deliverable", Status::Out);
    assert_eq!(out, ["DHO-F1", "DHO-F2", "DHO-A1", "DHO-C1"]);
    assert_eq!(
        literal.order(),
        ["JD-C1", "JD-C2", "KI-C1", "LM-C2", "LM-C3", "LM-C1"]
    );
}

#[test]
fn what_if_an_exclusion_were_gone() {
    let ranked = |rule: &str| {
        let steg2 = without(POLICY, RULES, &format!("exclude {rule} ")).decide();
        assert_eq!(steg2.ranking(), TABLE_3, "{rule}");
        steg2
    };
    assert_eq!(ranked("funded-elsewhere").status("DBEP-1"), "ranked");
    assert_eq!(ranked("portal-and-rare-use").status("KI-4"), "ranked");
    // JD-3 and JD-4 are out for two reasons each.
    for (gone, left) in [
        ("unclear-and-heavy", "need-covered"),
        ("need-covered", "unclear-and-heavy"),
    ] {
        let steg2 = ranked(gone);
        for key in ["JD-3", "JD-4"] {
            assert_eq!(steg2.status(key), "excluded");
            assert_eq!(steg2.rules(key, ReasonKind::Exclude), [left]);
        }
    }
    // Out-of-hours care registers less, so it would be one more that may be cut.
    let steg2 = ranked("portal-and-little-benefit");
    assert_eq!(steg2.status("KI-L1"), "kept");
    let expected = [
        "JD-C1", "JD-C2", "DHO-C1", "KI-C1", "KI-L1", "LM-C2", "LM-C3", "LM-C1",
    ];
    assert_eq!(steg2.order(), expected);
}

#[test]
fn what_if_nothing_were_joint() {
    let joint = "joint assessed-with\n    because \"DBEP-2 og DBEP-3 er deler av den samme innføringen\"\n    cite \"Tabell 2\"\n";
    let steg2 = edition(POLICY).with(RULES, joint, "").decide();
    assert_eq!(
        steg2.with_status("measure", Status::Undetermined),
        ["DBEP-2", "DBEP-3"]
    );
}

#[test]
fn what_if_an_ordering_rule_were_another() {
    let order = |steg2: Edition| {
        let steg2 = steg2.decide();
        steg2.order().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let tiers = "cut first improvements then readers then late-areas";
    let turned = "cut first late-areas then readers then improvements";

    // Without the tiers the rank of the measure decides, and the medication list's three stand first.
    let without_tiers = without(POLICY, LIST, "    cut first");
    let expected = ["LM-C1", "LM-C2", "LM-C3", "JD-C1", "JD-C2", "DHO-C1", "KI-C1"];
    assert_eq!(order(without_tiers), expected);

    // Turned round, the tiers contradict the document's own rule, and the list says so.
    let refusal = edition(POLICY).with(LIST, tiers, turned).refusal();
    for told in [
        "cut-list-cycle",
        "`LM-C2` stands after",
        "place readers after updaters within measure.area",
    ] {
        assert!(refusal.contains(told), "{refusal}");
    }
    // Without that rule they hold.
    let without_place = without(POLICY, LIST, "    place readers").with(LIST, tiers, turned);
    let expected = ["JD-C1", "JD-C2", "DHO-C1", "KI-C1", "LM-C1", "LM-C3", "LM-C2"];
    assert_eq!(order(without_place), expected);

    let by_rank = "otherwise by lowest measure.rank then first id";
    let worst_first = edition(POLICY).with(LIST, by_rank, "otherwise by highest measure.rank then first id");
    let expected = ["KI-C1", "DHO-C1", "JD-C2", "JD-C1", "LM-C2", "LM-C3", "LM-C1"];
    assert_eq!(order(worst_first), expected);
    let by_key = edition(POLICY).with(LIST, by_rank, "otherwise by first id");
    let expected = ["DHO-C1", "JD-C1", "JD-C2", "KI-C1", "LM-C2", "LM-C3", "LM-C1"];
    assert_eq!(order(by_key), expected);
}

#[test]
fn what_if_less_could_be_cut() {
    let cases: [(&str, &[&str]); 6] = [
        ("    may cut improvements", &["LM-C1"]),
        ("    may cut late-areas", &["LM-C2"]),
        ("    may cut readers", &["LM-C3"]),
        ("    may cut after-pilot", &["JD-C1", "JD-C2"]),
        ("    may cut registers-less", &["KI-C1"]),
        ("    may cut later-steps", &["DHO-C1"]),
    ];
    let as_published = shipped(POLICY);
    for (clause, stay) in cases {
        let steg2 = without(POLICY, LIST, clause).decide();
        let mut expected = as_published.order();
        expected.retain(|key| !stay.contains(key));
        assert_eq!(steg2.order(), expected, "{clause}");
        for key in stay {
            assert_eq!(steg2.status(key), "prioritised", "{clause}");
        }
    }
}

#[test]
fn what_if_a_fact_were_another() {
    // Out-of-hours care as unclear and as heavy as the GPs: all that hangs on its pilot goes with it.
    let jd_2 = edition(POLICY)
        .fact(
            MEASURES,
            "JD-2",
            "\"unclear-what-to-share\": {\"value\": false",
            "\"load\": \"high\", \"unclear-what-to-share\": {\"value\": true",
        )
        .decide();
    assert_eq!(jd_2.rules("JD-2", ReasonKind::Exclude), ["unclear-and-heavy"]);
    assert_eq!(jd_2.ranking(), TABLE_3);
    let out = jd_2.with_status("deliverable", Status::Out);
    assert_eq!(out, ["JD-C1", "JD-F2", "JD-A4", "JD-C2"]);
    assert_eq!(jd_2.order(), ["DHO-C1", "KI-C1", "LM-C2", "LM-C3", "LM-C1"]);

    // The GPs knew what to share: one of two reasons is left.
    let jd_4 = edition(POLICY)
        .fact(
            MEASURES,
            "JD-4",
            "\"unclear-what-to-share\": {\"value\": true",
            "\"unclear-what-to-share\": {\"value\": false",
        )
        .decide();
    assert_eq!(jd_4.rules("JD-4", ReasonKind::Exclude), ["need-covered"]);

    // The sector's priority at its lowest costs LM three places.
    let sector = |level: &str| format!("\"sector\": {{\"value\": {level}");
    let lm = edition(POLICY)
        .fact(MEASURES, "LM", &sector("\"very-high\""), &sector("\"none\""))
        .decide();
    let expected = [
        "JD-1", "KI-1", "KI-2", "LM", "JD-2", "DHO-3", "DBEP-1", "KI-3", "JD-4", "JD-3", "KI-4",
    ];
    assert_eq!(lm.ranking(), expected);
    assert_eq!(lm.total("LM"), "49/3");
}

/// What is not known is told, and decides nothing for the others.
#[test]
fn what_if_a_fact_were_unknown() {
    let roadmap = edition(POLICY)
        .fact(MEASURES, "JD-1", "\"in-roadmap\": true, ", "")
        .decide();
    assert_eq!(roadmap.status("JD-1"), "undetermined");
    assert_eq!(roadmap.decision("JD-1").missing, ["in-roadmap".into()]);
    let expected = [
        "LM", "KI-1", "KI-2", "JD-2", "DHO-3", "DBEP-1", "KI-3", "JD-4", "JD-3", "KI-4",
    ];
    assert_eq!(roadmap.ranking(), expected);
    let undetermined = roadmap.with_status("deliverable", Status::Undetermined);
    assert_eq!(undetermined, ["JD-F1", "JD-A1", "JD-A2", "JD-A3", "JD-C1"]);

    let score = edition(POLICY)
        .fact(
            MEASURES,
            "KI-1",
            "\"sector\": {\"value\": \"high\"",
            "\"sector\": {\"value\": null",
        )
        .decide();
    assert_eq!(score.status("KI-1"), "undetermined");
    assert_eq!(score.decision("KI-1").missing, ["goal.sector".into()]);
    assert_eq!(score.decision("KI-2").rank, Some(3));

    // A score of a measure that is not eligible is asked of nobody.
    assert!(shipped(POLICY).decision("FH").missing.is_empty());
}
