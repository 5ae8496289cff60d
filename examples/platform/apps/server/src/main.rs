//! `server` serves; `server migrate up|status` brings the state to this build's migrations.

mod health;
mod http;
mod json;
mod migrate;
mod modules;
mod settings;

use settings::Settings;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;

const USAGE: &str = "usage: server [migrate up|status]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let settings = Settings::from_environment();
    let outcome = match words.as_slice() {
        [] => serve(settings),
        ["migrate", "up"] => migrate::up(&settings.state, &modules::build_registry().migrations()),
        ["migrate", "status"] => {
            migrate::status(&settings.state, &modules::build_registry().migrations())
        }
        _ => {
            eprintln!("{}", USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error);
            ExitCode::FAILURE
        }
    }
}

fn serve(settings: Settings) -> io::Result<()> {
    let address = settings.address.clone();
    let reporter = health::Reporter::new(settings, modules::build_registry());
    http::serve(&address, Arc::new(move |path: &str| reporter.answer(path)))
}
