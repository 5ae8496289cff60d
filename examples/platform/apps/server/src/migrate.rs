//! Migrations over a file: one line `module name` for each that was applied, in the order of time.
//!
//! Lines of modules that this build does not have are kept: taking a module out does not undo
//! what it did to the state.

use platform_core::ModuleMigration;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// Applies what is missing. Safe to repeat: the file is replaced as a whole.
pub fn up(state: &Path, sources: &[ModuleMigration]) -> io::Result<()> {
    let applied = read(state)?;
    let missing = missing(&applied, sources);
    if !missing.is_empty() {
        write(state, &[applied, missing.clone()].concat())?;
    }
    for line in &missing {
        println!("applied {}", line);
    }
    println!("{} applied now", missing.len());
    Ok(())
}

/// Prints each migration of this build as `applied` or `pending`.
pub fn status(state: &Path, sources: &[ModuleMigration]) -> io::Result<()> {
    let applied = read(state)?;
    let pending = missing(&applied, sources);
    for line in lines(sources) {
        let word = if pending.contains(&line) {
            "pending"
        } else {
            "applied"
        };
        println!("{} {}", word, line);
    }
    Ok(())
}

fn missing(applied: &[String], sources: &[ModuleMigration]) -> Vec<String> {
    let known: BTreeSet<&String> = applied.iter().collect();
    lines(sources)
        .into_iter()
        .filter(|line| !known.contains(line))
        .collect()
}

fn lines(sources: &[ModuleMigration]) -> Vec<String> {
    let of = |source: &ModuleMigration| {
        let slug = source.module_slug;
        source
            .migrations
            .iter()
            .map(move |name| format!("{} {}", slug, name))
            .collect::<Vec<_>>()
    };
    sources.iter().flat_map(of).collect()
}

fn read(state: &Path) -> io::Result<Vec<String>> {
    match fs::read_to_string(state.join("migrations")) {
        Ok(text) => Ok(text.lines().map(str::to_string).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn write(state: &Path, lines: &[String]) -> io::Result<()> {
    fs::create_dir_all(state)?;
    let beside = state.join("migrations.new");
    fs::write(&beside, lines.join("\n") + "\n")?;
    fs::rename(beside, state.join("migrations"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(module_slug: &'static str, migrations: &[&'static str]) -> ModuleMigration {
        ModuleMigration {
            module_slug,
            migrations: migrations.to_vec(),
        }
    }

    #[test]
    fn only_what_is_not_applied_is_missing() {
        let applied = vec!["a one".to_string()];
        let missing = missing(
            &applied,
            &[source("a", &["one", "two"]), source("b", &["one"])],
        );
        assert_eq!(missing, ["a two", "b one"]);
    }

    #[test]
    fn migrations_of_a_module_that_left_stay_applied() {
        let state =
            std::env::temp_dir().join(format!("platform-migrations-{}", std::process::id()));
        up(&state, &[source("gone", &["one"])]).unwrap();
        up(&state, &[source("here", &["one"])]).unwrap();
        let text = fs::read_to_string(state.join("migrations")).unwrap();
        fs::remove_dir_all(&state).unwrap();
        assert_eq!(text, "gone one\nhere one\n");
    }
}
