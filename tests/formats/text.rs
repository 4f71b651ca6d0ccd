//! Tables in text: letters, signs, names of files; and the reader of tables held equal to the crate `csv`.

use std::io::Write as _;

use crate::folder::Folder;

const POLICY: &str = r#"policy halls "Halls" for hall { version "1" }
record hall "Hall" as halls {
    id    : text key
    title : text from "town"
    rent  : number 0.. in NOK
}
record door "Door" in hall as doors {
    id    : text key
    width : integer 0.. in cm
}
entry cheap "Cheap" { require rent <= 1 NOK }
rank by lowest rent
"#;

fn halls() -> Folder {
    let folder = Folder::new();
    folder.write("halls.rule", POLICY);
    folder
}

#[test]
fn letters_are_read_as_they_are_written() {
    let folder = halls();
    let plain = "id,town,rent\nH1,Bodø,12.5\n";
    let utf_16 = |text: &str, big: bool| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        let bytes = |unit: u16| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        units.flat_map(bytes).collect()
    };
    let latin: Vec<u8> = plain
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    folder.write("plain.csv", plain);
    folder.write("marked.csv", format!("\u{FEFF}{plain}"));
    folder.write("little.csv", utf_16(plain, false));
    folder.write("big.csv", utf_16(plain, true));
    folder.write("bare.csv", &utf_16(plain, false)[2..]);
    folder.write("latin.csv", &latin);
    for name in ["plain.csv", "marked.csv", "little.csv", "big.csv"] {
        let ran = folder.run(&["halls.rule", name, "--format", "json"]);
        assert!(ran.is_quiet().out.contains("Bodø"), "{name}: {}", ran.out);
    }
    let said = ["halls.rule", "latin.csv", "--encoding", "windows-1252"];
    folder.run(&said).is_quiet();
    let ran = folder.run(&["halls.rule", "latin.csv"]);
    ran.says(&["assumed-encoding", "latin.csv:2:7", "Windows-1252"]);
    assert_eq!(ran.code, 0);
    assert!(
        folder
            .run(&["halls.rule", "bare.csv", "--encoding", "utf-16"])
            .is_quiet()
            .out
            .contains("H1")
    );
    folder
        .run(&["halls.rule", "bare.csv"])
        .fails(&["not-text", "UTF-16"]);
    let said = ["halls.rule", "latin.csv", "--encoding", "utf-8"];
    folder.run(&said).fails(&["not-text", "byte 20"]);
    folder.write("other.csv", [&latin[..], b"\x81"].concat());
    folder
        .run(&["halls.rule", "other.csv"])
        .fails(&["not-text", "nor in Windows-1252"]);
}

#[test]
fn signs_are_found_out_or_said() {
    let folder = halls();
    for (name, table) in [
        ("a.csv", "id;town;rent\nH1;Bodø, Nordland;12,5\n"),
        ("b.csv", "id|town|rent\r\nH1|Bodø, Nordland|12.5\r\n"),
        ("c.csv", "id\ttown\trent\nH1\tBodø, Nordland\t12.5"),
        ("d.tsv", "id\ttown\trent\nH1\tBodø, Nordland\t12.5\n"),
        ("e.csv", "\n\nid,town,rent\nH1,\"Bodø, Nordland\",\"12,5\"\n"),
    ] {
        folder.write(name, table);
        let ran = folder.run(&["halls.rule", name, "--format", "json"]);
        assert!(ran.is_quiet().out.contains("\"value\": 12.5"), "{}", ran.out);
    }
    folder
        .run(&["halls.rule", "a.csv", "--delimiter", ","])
        .fails(&["data-shape", "a.csv:1:1"]);
    folder.write("f.csv", "id;town;rent\nH1;Bodø;1,250\n");
    folder
        .run(&["halls.rule", "f.csv"])
        .fails(&["wrong-value", "f.csv:2:9", "--decimal comma"]);
    let said = ["halls.rule", "f.csv", "--decimal", "comma", "--format", "json"];
    assert!(folder.run(&said).is_quiet().out.contains("1.25"), "decimal comma");
    let said = ["halls.rule", "a.csv", "--decimal", "point"];
    folder.run(&said).fails(&["wrong-value", "a.csv:2:19"]);
    let table = b"id;town;rent\nH1;B;2";
    folder
        .run_with(&["halls.rule", "-", "--data-format", "csv"], table)
        .is_quiet();
    folder
        .run_with(&["halls.rule", "-"], table)
        .fails(&["unknown-format"]);
    folder.write("g.txt", table);
    folder
        .run(&["halls.rule", "g.txt"])
        .fails(&["unknown-format", "`.csv`"]);
    folder
        .run(&["halls.rule", "g.txt", "--data-format", "csv"])
        .is_quiet();
}

#[test]
fn folders_and_patterns_stand_for_their_files() {
    let folder = halls();
    folder.write("in/halls.csv", "id,town,rent\nH1,A,1\n");
    folder.write(
        "in/halls.more.ndjson",
        "{\"id\": \"H2\", \"town\": \"B\", \"rent\": 2}\n",
    );
    folder.write("in/door.tsv", "id\thall\twidth\nD1\tH2\t90\n");
    folder.write("in/notes.txt", "nothing");
    folder.write("in/.hidden.csv", "nothing");
    let decided = |arguments: &[&str]| {
        let all = [&["halls.rule", "--format", "json"], arguments].concat();
        let out = folder.run(&all).is_quiet().out.clone();
        out.split_once("\"data\"").unwrap().1.to_owned()
    };
    let whole = decided(&["in"]);
    assert!(
        whole.contains("\"hall\": 2,") && whole.contains("\"door\": 1"),
        "{whole}"
    );
    assert_eq!(whole, decided(&["in/"]));
    assert_eq!(whole, decided(&["door=in/*.tsv", "in/halls*"]));
    folder.write(
        "data.rule",
        POLICY.replace("version \"1\"", "data \"in/h*s.*\"\n data \"in/door.tsv\""),
    );
    let ran = folder.run(&["data.rule", "--format", "json"]);
    assert_eq!(head(&whole), head(&ran.is_quiet().out));
    folder
        .run(&["halls.rule", "none/*.csv"])
        .fails(&["cannot-read", "no file has a name like"]);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    folder
        .run(&["halls.rule", "empty"])
        .fails(&["no-data", "holds no data"]);
    folder.write("in/a[.csv", "id,town,rent\nH3,A,1\n");
    folder.run(&["halls.rule", "in/a[.csv"]).is_quiet();
    folder
        .run(&["halls.rule", "in/b[.csv"])
        .fails(&["cannot-read", "no pattern"]);
}

#[test]
fn packed_files_are_read_as_they_are() {
    let folder = halls();
    let table = "id,town,rent\nH1,Bodø,12.5\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(table.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(table.as_bytes(), 3).unwrap();
    folder.write("halls.csv", table);
    folder.write("halls.csv.gz", &gzip);
    folder.write("halls.csv.zst", &zstd);
    let plain = folder.run(&["halls.rule", "halls.csv"]).is_quiet().out.clone();
    for name in ["halls.csv.gz", "halls.csv.zst"] {
        assert_eq!(folder.run(&["halls.rule", name]).is_quiet().out, plain);
    }
    let piped = folder.run_with(&["halls.rule", "-", "--data-format", "csv"], &zstd);
    assert_eq!(piped.is_quiet().out, plain);
    folder.write("cut.csv.gz", &gzip[..gzip.len() - 9]);
    folder
        .run(&["halls.rule", "cut.csv.gz"])
        .fails(&["cannot-read", "`cut.csv.gz` breaks off"]);
    folder.write("no.csv.gz", table);
    folder
        .run(&["halls.rule", "no.csv.gz"])
        .fails(&["cannot-read", "not packed with gzip"]);
    folder.write(
        "wrong.csv.zst",
        zstd::encode_all(&b"id,town,rent\nH1,A,dear\n"[..], 3).unwrap(),
    );
    folder
        .run(&["halls.rule", "wrong.csv.zst"])
        .fails(&["wrong-value", "wrong.csv.zst:2:6"]);
}

/// What the document says of records and ranking, without paths and places.
fn head(document: &str) -> &str {
    let (_, rest) = document.split_once("\"records\"").unwrap();
    rest.split_once("\"decisions\"").unwrap().0
}
