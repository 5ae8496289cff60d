//! Says which modules this build holds, one slug a line.

fn main() {
    for module in rustok_server::modules::build_registry().list() {
        println!("{}", module.slug());
    }
}
