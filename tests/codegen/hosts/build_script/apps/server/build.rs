//! Reads which modules there are, and writes the source that registers those that may be left out.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = root();
    let manifest = root.join("modules.toml");
    println!("cargo:rerun-if-changed={}", manifest.display());
    let text = fs::read_to_string(&manifest).expect("the manifest can be read");
    let mut source = String::from(
        "#[allow(unused_mut)]\npub fn register_optional_modules(mut registry: rustok_core::ModuleRegistry) -> rustok_core::ModuleRegistry {\n",
    );
    for line in section(&text, "[modules]") {
        source.push_str(&registration(&root, line));
    }
    source.push_str("    registry\n}\n");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo names a folder"));
    fs::write(out.join("modules_registry_codegen.rs"), source).expect("the source can be written");
}

fn root() -> PathBuf {
    let server = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo names the package"));
    server
        .ancestors()
        .nth(2)
        .expect("the server is two folders deep")
        .to_path_buf()
}

/// The lines of one table, without comments and empty ones.
fn section<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    text.lines()
        .map(str::trim)
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// The lines for one module; none for a required one, which the source names itself.
fn registration(root: &Path, line: &str) -> String {
    if line.contains("required = true") {
        return String::new();
    }
    let slug = line.split('=').next().unwrap_or_default().trim();
    let package = value(line, "crate").expect("a row names its crate");
    let path = value(line, "path").expect("a row names its folder");
    let library =
        fs::read_to_string(root.join(path).join("src/lib.rs")).expect("a module has a library");
    let entry = entry_type(&library).expect("a module has a type");
    format!(
        "    #[cfg(feature = \"mod-{}\")]\n    {{\n        registry = registry.register({}::{});\n    }}\n",
        slug,
        package.replace('-', "_"),
        entry
    )
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let marker = format!("{} = \"", key);
    let rest = &line[line.find(&marker)? + marker.len()..];
    rest.split('"').next()
}

fn entry_type(library: &str) -> Option<&str> {
    let marker = "impl RusToKModule for ";
    let rest = &library[library.find(marker)? + marker.len()..];
    rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .next()
}
