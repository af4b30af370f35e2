//! Configuration: what wins, and how mistakes are told.

use crate::folder::{Folder, said};
use crate::service::Service;

#[test]
fn a_mistake_is_named_with_its_line_and_the_way_out() {
    let folder = Folder::new();
    for (text, words) in [
        (
            "[serve]\nlisen = '8000'\n",
            ["line 2", "`lisen`", "did you mean `listen`?"],
        ),
        (
            "tenant_typ = 'uuid'\n",
            ["line 1", "`tenant_typ`", "did you mean `tenant_type`?"],
        ),
        (
            "[lanes]\nstatement_timeout = 'soon'\n",
            ["line 2", "\"soon\"", "10s"],
        ),
        (
            "tenant_type = 'guid'\n",
            ["line 1", "\"guid\"", "uuid, integer, text"],
        ),
        (
            "[api.resource.items]\norder = 'title,,'\n",
            ["line 2", "order", "rowhouse.toml"],
        ),
        ("setting = 'x\n", ["line 1", "rowhouse.toml", "setting"]),
        (
            "[identity]\nheader = 'Host'\n",
            ["Host", "[identity]", "header"],
        ),
    ] {
        folder.write("rowhouse.toml", text);
        let said = folder.run(&["serve", "--listen", "0"]);
        assert_eq!(said.code, 2, "{text}: {said:?}");
        for word in words {
            assert!(said.err.contains(word), "{word}: {said:?}");
        }
    }
}

#[test]
fn a_configuration_that_does_not_fit_the_database_is_told() {
    let folder = Folder::new();
    folder.write("rowhouse.toml", "[api.resource.itmes]\norder = 'title'\n");
    let arguments = [
        "serve",
        "--demo",
        "--config",
        "rowhouse.toml",
        "--listen",
        "0",
    ];
    let said = folder.run(&arguments);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("itmes"), "{said:?}");
    assert_eq!(
        folder.run(&["db", "status"]).code,
        1,
        "its PostgreSQL is stopped"
    );
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let folder = Folder::new();
    folder.write("rowhouse.toml", "[serve]\nlisten = 'of the file'\n");
    folder.write("other.toml", "[serve]\nlisten = 'of the other file'\n");
    let listen = |flag: Option<&str>, variable: Option<&str>, config: Option<&str>| {
        let mut command = folder.rowhouse(&["serve"]);
        command.args(flag.map(|flag| format!("--listen={flag}")));
        command.envs(variable.map(|value| ("ROWHOUSE_LISTEN", value)));
        command.envs(config.map(|value| ("ROWHOUSE_CONFIG", value)));
        said(&mut command).err
    };
    let flag = listen(Some("of the flag"), Some("of the variable"), None);
    assert!(flag.contains("\"of the flag\""), "{flag}");
    let variable = listen(None, Some("of the variable"), None);
    assert!(variable.contains("\"of the variable\""), "{variable}");
    let file = listen(None, None, None);
    assert!(file.contains("\"of the file\""), "{file}");
    let other = listen(None, None, Some("other.toml"));
    assert!(other.contains("\"of the other file\""), "{other}");
}

#[test]
fn a_header_from_other_machines_is_believed_only_if_told_so() {
    let folder = Folder::new();
    let said = folder.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("X-tenant-id") && said.err.contains("--trust-header"),
        "{said:?}"
    );
    let arguments = ["serve", "--demo", "--listen", "0.0.0.0:0", "--trust-header"];
    Service::start(&mut folder.rowhouse(&arguments)).stop();
}

#[test]
fn the_demo_stays_out_of_databases_that_were_named() {
    let folder = Folder::new();
    let url = "postgres://nobody@127.0.0.1:1/nothing";
    let flag = folder.run(&["serve", "--demo", "--database-url", url]);
    assert_eq!(flag.code, 2, "{flag:?}");
    let mut command = folder.rowhouse(&["serve", "--demo", "--listen", "0"]);
    Service::start(command.env("DATABASE_URL", url)).stop();
}

#[test]
fn help_teaches_and_colour_is_left_out_when_asked() {
    let folder = Folder::new();
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["db", "--help"],
        &["doctor", "--help"],
    ] {
        let said = folder.run(arguments);
        assert_eq!(said.code, 0);
        assert!(said.out.contains("Examples:"), "{arguments:?}");
    }
    assert_eq!(folder.run(&["serve", "--lisen", "1"]).code, 2);
    let completions = folder.run(&["completions", "bash"]);
    assert!(completions.out.contains("_rowhouse"), "{completions:?}");

    let colour = |no_colour: Option<&str>| {
        let mut command = folder.rowhouse(&["doctor"]);
        command.env("CLICOLOR_FORCE", "1");
        command.envs(no_colour.map(|value| ("NO_COLOR", value)));
        said(&mut command).out.contains('\u{1b}')
    };
    assert!(colour(None));
    assert!(!colour(Some("1")));
}
