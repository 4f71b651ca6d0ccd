//! Tables 1 to 3 and 5 to 10 of the document, each by name.

use std::collections::BTreeMap;

use prioriter::decide::{ReasonKind, Status};
use prioriter::model::{Language, Value};

use crate::shipped::{Shipped, edition, shipped};
use crate::{BUDGET, POLICY, TABLE_3, assumed, by_status};

/// Table 1: the measures with their area and title.
const TABLE_1: &str = "
    DBEP-1 DBEP Innføring av digital behandlings- og egenbehandlingsplan for enkelte diagnoser
    DBEP-2 DBEP Innføring av felleskomponent SMART-on-FHIR
    DBEP-3 DBEP Verktøy for helhetlig innføring av digital behandlings- og egenbehandlingsplan
    DBEP-4 DBEP Konseptutredning for individuell plan
    DHO-1  DHO  Tilpasning av HL7 FHIR-profiler for bruk i Norge
    DHO-2  DHO  Tilrettelegge felleskomponent for lokalisering av pasientinformasjon
    DHO-3  DHO  Generiske tjenester for datadeling for digital hjemmeoppfølging
    JD-1   JD   Videre innføring av dokumentdeling fra spesialisthelsetjenesten til andre aktører
    JD-2   JD   Innføring av dokumentdeling fra legevakt og ØHD/KAD til andre aktører
    JD-3   JD   Innføring av dokumentdeling fra kommunal helse- og omsorgstjeneste til andre aktører
    JD-4   JD   Innføring av dokumentdeling fra fastleger til andre aktører
    JD-5   JD   Andre helseaktører deler journaldokumenter med andre helseaktører
    JD-6   JD   Tilrettelegge for oppslag og visning av journaldokumenter utenfor kjernejournal
    KI-1   KI   Spesialisthelsetjenesten tar i bruk API for å dele kritisk informasjon
    KI-2   KI   Fastleger og avtalespesialister tar i bruk API for å dele kritisk informasjon
    KI-3   KI   Kommunale helse- og omsorgstjenester tar i bruk API for å dele kritisk informasjon
    KI-4   KI   Andre helseaktører tar i bruk API for å dele kritisk informasjon
    LM     LM   Videre innføring av pasientens legemiddelliste
    FH     FH   Felles hjelpenummer
";

/// Tables 5 to 8: a table's prioritised solution and its cut list.
struct Scope {
    area: &'static str,
    prioritised: &'static [&'static str],
    cuts: &'static [&'static str],
}
const TABLE_5: Scope = Scope {
    area: "LM",
    prioritised: &["LM-F1", "LM-F2", "LM-F3", "LM-F4", "LM-F5", "LM-F6", "LM-A1"],
    cuts: &["LM-C1", "LM-C2", "LM-C3"],
};
const TABLE_6: Scope = Scope {
    area: "JD",
    prioritised: &["JD-F1", "JD-F2", "JD-A1", "JD-A2", "JD-A3", "JD-A4"],
    cuts: &["JD-C1", "JD-C2"],
};
const TABLE_7: Scope = Scope {
    area: "KI",
    prioritised: &["KI-F1", "KI-F2", "KI-F3", "KI-A1"],
    cuts: &["KI-C1"],
};
const TABLE_8: Scope = Scope {
    area: "DHO",
    prioritised: &["DHO-F1", "DHO-F2", "DHO-A1"],
    cuts: &["DHO-C1"],
};
const TABLES_5_TO_8: [Scope; 4] = [TABLE_5, TABLE_6, TABLE_7, TABLE_8];

/// A line of Table 10: its area, how it is printed, and the deliverables that answer to it.
type Line = (&'static str, &'static str, &'static [&'static str]);
const TABLE_10: [Line; 12] = [
    (
        "JD",
        "Dokumentdeling fra helseforetakene innføres videre",
        &["JD-F1", "JD-A2"],
    ),
    ("JD", "Kjernejournal i pleie- og omsorgssektoren", &["JD-A1"]),
    ("JD", "Samarbeidsområder og dokumenttyper defineres", &["JD-F2"]),
    (
        "JD",
        "Dokumentdeling prøves ut hos avtalespesialister, legevakt og ØHD/KAD",
        &["JD-A4"],
    ),
    (
        "JD",
        "Dokumentdeling innføres hos avtalespesialister, legevakter og ØHD/KAD",
        &["JD-C1", "JD-C2"],
    ),
    ("KI", "API for kritisk informasjon i helseforetakene", &["KI-A1"]),
    (
        "KI",
        "API for kritisk informasjon hos fastleger og avtalespesialister",
        &["KI-A1"],
    ),
    (
        "KI",
        "API for kritisk informasjon i sykehjem og ØHD/KAD",
        &["KI-C1"],
    ),
    (
        "DHO",
        "Datadeling som også dekker digital hjemmeoppfølging",
        &["DHO-F1", "DHO-F2"],
    ),
    ("DHO", "Datadeling av mer strukturert informasjon", &["DHO-C1"]),
    ("LM", "Videre innføring av e-multidose", &["LM-F6"]),
    (
        "LM",
        "Pasientens legemiddelliste, område for område",
        &["LM-F1", "LM-F2", "LM-F3", "LM-F4", "LM-F5", "LM-A1"],
    ),
];

#[test]
fn table_1_every_measure_is_in_the_data_with_its_title_and_ends_in_one_status() {
    let steg2 = shipped(POLICY);
    for (key, area, title) in table_1() {
        assert_eq!(
            steg2.data(key, "title").value,
            Some(Value::Text(title.into())),
            "{key}"
        );
        let areas = ["LM", "JD", "KI", "DBEP", "DHO", "FH"];
        let position = areas.iter().position(|named| *named == area).unwrap();
        let member = Value::Member(u16::try_from(position).unwrap());
        assert_eq!(steg2.data(key, "area").value, Some(member), "{key}");
    }
    // Table 2 gives the id DHO-3 to a second measure, so there are twenty.
    let statuses = [
        (
            "ranked",
            vec!["DHO-3", "JD-1", "JD-2", "KI-1", "KI-2", "KI-3", "LM"],
        ),
        ("excluded", vec!["DBEP-1", "JD-3", "JD-4", "KI-4"]),
        (
            "not-eligible",
            vec!["DBEP-4", "DHO-1", "DHO-2", "DHO-3-ref", "FH", "JD-5", "JD-6"],
        ),
        ("joint", vec!["DBEP-2", "DBEP-3"]),
    ];
    assert_eq!(by_status(&steg2, "measure"), BTreeMap::from(statuses));
}

#[test]
fn every_deliverable_ends_in_one_status() {
    let steg2 = shipped(POLICY);
    let sorted = |of: fn(&Scope) -> &'static [&'static str]| {
        let mut keys: Vec<&str> = TABLES_5_TO_8.iter().flat_map(of).copied().collect();
        keys.sort_unstable();
        keys
    };
    let statuses = [
        ("prioritised", sorted(|table| table.prioritised)),
        ("kept", sorted(|table| table.cuts)),
        ("excluded", vec!["KI-L1"]),
    ];
    assert_eq!(by_status(&steg2, "deliverable"), BTreeMap::from(statuses));
}

/// Nothing disappears: every record of the data has exactly one decision, in the shipped policies and when a fact is
/// taken away.
#[test]
fn every_record_has_exactly_one_decision() {
    let without_a_fact = edition(POLICY).fact("measures.json", "JD-1", "\"in-roadmap\": true, ", "");
    for edition in [edition(POLICY), edition(BUDGET), without_a_fact] {
        let steg2 = edition.decide();
        for (of_type, expected) in [("measure", 20), ("deliverable", 28)] {
            let id = steg2.of_type(of_type);
            let in_data: Vec<_> = steg2.records.all(id).collect();
            let decided: Vec<_> = steg2
                .decided
                .decisions
                .on(id)
                .map(|decision| decision.record)
                .collect();
            assert_eq!(decided, in_data);
            assert_eq!(decided.len(), expected);
        }
    }
}

#[test]
fn table_2_seven_are_not_eligible_each_by_the_gate_the_document_names() {
    let steg2 = shipped(POLICY);
    let expected = [
        (
            "DHO-1",
            "roadmap",
            "blir ikke et eget tiltak, men bør inngå i «{DBEP-1}»",
        ),
        ("DHO-2", "maturity", "går ikke videre som eget tiltak i steg 2"),
        (
            "DHO-3-ref",
            "maturity",
            "går ikke videre som eget tiltak i steg 2",
        ),
        (
            "DBEP-4",
            "maturity",
            "en konseptvalgutredning bør vurderes senere",
        ),
        ("JD-5", "maturity", "går ikke videre som eget tiltak i steg 2"),
        (
            "JD-6",
            "maturity",
            "går ikke videre som eget tiltak nå, men kan bli en løsning på lengre sikt",
        ),
        ("FH", "roadmap", "går ikke videre som eget tiltak i steg 2"),
    ];
    let (_, _, dbep_1) = table_1().next().unwrap();
    for (key, gate, instead) in expected {
        assert_eq!(steg2.status(key), "not-eligible", "{key}");
        assert_eq!(steg2.rules(key, ReasonKind::Entry), [gate], "{key}");
        assert_eq!(steg2.instead(key), [instead.replace("{DBEP-1}", dbep_1)], "{key}");
        assert!(steg2.decision(key).missing.is_empty(), "{key}");
    }
    assert_eq!(
        steg2.with_status("measure", Status::NotEligible).len(),
        expected.len()
    );
}

/// Table 2's own words about the eleven that pass: maturity and need, where it says them.
#[test]
fn table_2_what_is_said_of_the_eleven_that_pass_is_in_the_data() {
    let steg2 = shipped(POLICY);
    let said = [
        ("LM", "modent", "stort"),
        ("JD-1", "modent", "stort"),
        ("KI-1", "modent", "stort"),
        ("KI-2", "modent", "stort"),
        ("JD-2", "modent", "middels"),
        ("KI-3", "modent", "noe"),
        ("JD-3", "mindre modent", "noe"),
        ("KI-4", "modent", "noe"),
    ];
    for (key, maturity, need) in said {
        assert_eq!(steg2.shown(key, "maturity"), maturity, "{key}");
        assert_eq!(steg2.shown(key, "need"), need, "{key}");
        assert_eq!(steg2.shown(key, "in-roadmap"), "ja", "{key}");
        for field in ["maturity", "need", "in-roadmap"] {
            assert!(!assumed(&steg2, key, field), "{key} {field}");
        }
    }
    // Where the table is silent, the data has nothing or says that it assumes.
    assert_eq!(steg2.shown("DBEP-1", "need"), "stort");
    assert_eq!(steg2.shown("JD-4", "maturity"), "mindre modent");
    let silent = [
        ("DBEP-1", "maturity"),
        ("DHO-3", "maturity"),
        ("DHO-3", "in-roadmap"),
        ("JD-4", "in-roadmap"),
    ];
    for (key, field) in silent {
        assert!(assumed(&steg2, key, field), "{key} {field}");
    }
    for key in ["DHO-3", "JD-4"] {
        assert_eq!(steg2.data(key, "need").value, None, "{key}");
    }
}

#[test]
fn table_2_dbep_2_and_3_are_joint_with_dbep_1() {
    let steg2 = shipped(POLICY);
    for key in ["DBEP-2", "DBEP-3"] {
        let decision = steg2.decision(key);
        assert_eq!(steg2.status(key), "joint");
        assert_eq!(decision.joint_with, Some(steg2.record("DBEP-1")));
        assert_eq!(steg2.rules(key, ReasonKind::Entry), [""; 0]);
        assert!(decision.score.is_none());
    }
}

#[test]
fn table_3_the_ranking_from_1_to_11() {
    let steg2 = shipped(POLICY);
    assert_eq!(steg2.ranking(), TABLE_3);
    for (key, rank) in TABLE_3.iter().zip(1..) {
        assert_eq!(steg2.decision(key).rank, Some(rank), "{key}");
        assert!(steg2.decision(key).tied_with.is_empty(), "{key}");
    }
}

/// Our reading: the document prints no scores. The README shows these.
#[test]
fn the_totals_behind_the_ranking_are_those_the_readme_shows() {
    let steg2 = shipped(POLICY);
    let totals: Vec<String> = TABLE_3.iter().map(|key| steg2.total(key)).collect();
    let expected = [
        "64/3", "61/3", "56/3", "55/3", "16", "47/3", "46/3", "43/3", "40/3", "38/3", "37/3",
    ];
    assert_eq!(totals, expected);
    let readme = std::fs::read_to_string("policies/steg2/README.md").unwrap();
    for (key, total) in TABLE_3.iter().zip(expected) {
        let criteria = &steg2.decision(key).score.as_ref().unwrap().criteria;
        let values: Vec<String> = criteria
            .iter()
            .map(|part| part.value.as_ref().unwrap().exact())
            .collect();
        let row = format!("| {key} | {} | {total} |", values.join(" | "));
        assert!(readme.contains(&row), "{row}");
    }
}

#[test]
fn tables_5_to_8_the_prioritised_solution_and_what_may_be_cut() {
    let steg2 = shipped(POLICY);
    let list = steg2.policy.cut_list.as_ref().unwrap();
    for table in TABLES_5_TO_8 {
        for key in table.prioritised {
            assert_eq!(steg2.status(key), "prioritised", "{key}");
        }
        for key in table.cuts {
            assert_eq!(steg2.status(key), "kept", "{key}");
            assert_eq!(steg2.rules(key, ReasonKind::MayCut), ["scope"], "{key}");
        }
        for key in table.prioritised.iter().chain(table.cuts) {
            assert_eq!(area_of(&steg2, key), table.area, "{key}");
        }
    }
    assert_eq!(steg2.with_status("deliverable", Status::Prioritised).len(), 20);
    assert_eq!(steg2.order().len(), 7);
    assert!(list.limits.is_empty());
    assert_eq!(steg2.line(), None);
}

/// Why each of the seven may be cut: the clause says it, no field does.
#[test]
fn tables_5_to_8_each_cut_by_what_it_is() {
    let steg2 = shipped(POLICY);
    let clauses = [
        ("LM-C1", "may cut improvements", "Tabell 5"),
        ("LM-C2", "may cut late-areas", "Tabell 5 og 3.2.1"),
        ("LM-C3", "may cut readers", "Tabell 5 og 3.2.1"),
        ("JD-C1", "may cut after-pilot", "Tabell 6 og 3.2.2"),
        ("JD-C2", "may cut after-pilot", "Tabell 6 og 3.2.2"),
        ("KI-C1", "may cut registers-less", "Tabell 7 og 3.2.3"),
        ("DHO-C1", "may cut later-steps", "Tabell 8 og 3.2.4"),
    ];
    for (key, text, cite) in clauses {
        let reasons = steg2.reasons(key, ReasonKind::MayCut);
        let told: Vec<_> = reasons
            .iter()
            .map(|reason| (reason.text.as_deref().unwrap(), reason.cite.as_deref().unwrap()))
            .collect();
        assert_eq!(told, [(text, cite)], "{key}");
    }
}

/// The order of the seven is our reading; that readers come after those who update is the document's (3.2.1).
#[test]
fn the_order_of_the_cut_list() {
    let steg2 = shipped(POLICY);
    assert_eq!(
        steg2.order(),
        ["JD-C1", "JD-C2", "DHO-C1", "KI-C1", "LM-C2", "LM-C3", "LM-C1"]
    );
    let places = steg2.reasons("LM-C3", ReasonKind::Place);
    assert_eq!(places.len(), 1);
    assert_eq!(places[0].after, [steg2.record("LM-C2")]);
    assert_eq!(places[0].cite.as_deref(), Some("3.2.1"));
}

#[test]
fn table_9_what_is_left_out_and_by_which_rule() {
    let steg2 = shipped(POLICY);
    let expected: [(&str, &[&str]); 5] = [
        ("JD-4", &["unclear-and-heavy", "need-covered"]),
        ("JD-3", &["unclear-and-heavy", "need-covered"]),
        ("KI-4", &["portal-and-rare-use"]),
        ("DBEP-1", &["funded-elsewhere"]),
        ("KI-L1", &["portal-and-little-benefit"]),
    ];
    for (key, rules) in expected {
        assert_eq!(steg2.status(key), "excluded", "{key}");
        assert_eq!(steg2.rules(key, ReasonKind::Exclude), rules, "{key}");
        for reason in steg2.reasons(key, ReasonKind::Exclude) {
            assert_eq!(reason.cite.as_deref(), Some("Tabell 9"), "{key}");
        }
    }
    let mut excluded = steg2.with_status("measure", Status::Excluded);
    excluded.extend(steg2.with_status("deliverable", Status::Excluded));
    excluded.sort_unstable();
    assert_eq!(excluded, ["DBEP-1", "JD-3", "JD-4", "KI-4", "KI-L1"]);
    // They keep the ranks that Table 3 gives them; the out-of-hours care is a part of KI-3, which stays.
    let ranks = ["JD-4", "JD-3", "KI-4", "DBEP-1"].map(|key| steg2.decision(key).rank);
    assert_eq!(ranks, [Some(9), Some(10), Some(11), Some(7)]);
    let parent = steg2.records.parent(steg2.record("KI-L1")).unwrap();
    assert_eq!(parent, steg2.record("KI-3").row);
    assert_eq!(steg2.status("KI-3"), "ranked");
}

/// Both policies print, beside each deliverable, the line of Table 10 that it answers to.
#[test]
fn table_10_the_final_scope_line_by_line() {
    let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, line, deliverables) in TABLE_10 {
        for key in deliverables {
            expected.entry(key).or_default().push(line);
        }
    }
    let expected: BTreeMap<String, String> = expected
        .into_iter()
        .map(|(key, lines)| (key.to_owned(), lines.join(" og ")))
        .collect();
    for steg2 in [shipped(POLICY), shipped(BUDGET)] {
        assert_eq!(printed_scope(&steg2.text(Language::Norwegian)), expected);
        for (area, line, deliverables) in TABLE_10 {
            for key in deliverables {
                assert_eq!(area_of(&steg2, key), area, "{line} {key}");
                assert!(
                    ["prioritised", "kept"].contains(&steg2.status(key)),
                    "{line} {key}"
                );
            }
        }
    }
}

/// What a report prints of Table 10: in a column of the prioritised solution, and under the titles of the cut list.
fn printed_scope(report: &str) -> BTreeMap<String, String> {
    let (_, report) = report.split_once("\n  Prioritert løsning\n").unwrap();
    let (prioritised, cuts) = report.split_once("\n  Kuttliste\n").unwrap();
    let (cuts, _) = cuts.split_once("\n\n").unwrap();
    let title = "Omfang i steg 2 (Tabell 10)";
    let mut printed = BTreeMap::new();
    for (key, lines) in rows(prioritised, "Omfang") {
        printed.insert(key, lines.join(" "));
    }
    for (key, lines) in rows(cuts, "Leveranse") {
        let told = lines[1..].join(" ");
        let (_, told) = told.split_once(&format!("{title}: ")).unwrap_or_default();
        let ends = ["Hvorfor der:", "Følge av å kutte:"];
        let end = ends.iter().filter_map(|end| told.find(end)).min();
        printed.insert(key, told[..end.unwrap_or(told.len())].to_owned());
    }
    let told = printed
        .into_iter()
        .map(|(key, told)| (key, told.trim().to_owned()));
    told.filter(|(_, told)| !told.is_empty()).collect()
}

/// The rows of a printed table by their id, each with what its lines say from a column on.
fn rows(table: &str, column: &str) -> Vec<(String, Vec<String>)> {
    let head = table.lines().find(|line| line.contains(" Id ")).unwrap();
    let start = |title: &str| head[..head.find(title).unwrap()].chars().count();
    let (id, after_id, from) = (start("Id "), start("Leveranse"), start(column));
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for line in table.lines().skip_while(|line| !line.contains("───")).skip(1) {
        let cell = |from: usize, to: usize| -> String {
            let cell: String = line.chars().skip(from).take(to - from).collect();
            cell.trim().to_owned()
        };
        let key = cell(id, after_id);
        // The line that parts the kept from the cut stands between two rows.
        if line.contains("╌╌") {
            continue;
        }
        if !key.is_empty() {
            rows.push((key, Vec::new()));
        }
        rows.last_mut().unwrap().1.push(cell(from, usize::MAX));
    }
    rows
}

/// Four of the seven that may be cut are in Table 10; the three of the medication list are not (I-06).
#[test]
fn table_10_names_four_of_the_seven_cuts() {
    let steg2 = shipped(POLICY);
    let (named, silent): (Vec<&str>, Vec<&str>) = steg2
        .order()
        .into_iter()
        .partition(|key| !steg2.members(key, "final-scope").is_empty());
    assert_eq!(named, ["JD-C1", "JD-C2", "DHO-C1", "KI-C1"]);
    assert_eq!(silent, ["LM-C2", "LM-C3", "LM-C1"]);
    // Of the prioritised solution it leaves these out: in scope, but under no line of their own.
    let unnamed: Vec<&str> = steg2
        .with_status("deliverable", Status::Prioritised)
        .into_iter()
        .filter(|key| steg2.members(key, "final-scope").is_empty())
        .collect();
    assert_eq!(unnamed, ["DHO-A1", "JD-A3", "KI-F1", "KI-F2", "KI-F3"]);
}

#[test]
fn the_one_warning_is_that_dho_1_goes_into_a_measure_that_is_out() {
    let steg2 = shipped(POLICY);
    let warnings: Vec<_> = steg2
        .decided
        .warnings
        .iter()
        .map(|warning| &*warning.message)
        .collect();
    assert_eq!(
        warnings,
        ["`DHO-1` is handed on to `DBEP-1`, which is not in itself: it is excluded"]
    );
}

/// The rows of Table 1: id, area and title.
fn table_1() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TABLE_1.trim().lines().map(|line| {
        let (key, rest) = line.trim().split_once(' ').unwrap();
        let (area, title) = rest.trim().split_once(' ').unwrap();
        (key, area, title.trim())
    })
}

/// The area of a deliverable's measure.
fn area_of(steg2: &Shipped, deliverable: &str) -> &'static str {
    let record = steg2.record(deliverable);
    let row = steg2.records.parent(record).unwrap();
    let measures: Vec<_> = steg2.records.all(steg2.of_type("measure")).collect();
    let measure = steg2.records.key(measures[row as usize]);
    table_1().find(|(key, _, _)| *key == &**measure).unwrap().1
}
