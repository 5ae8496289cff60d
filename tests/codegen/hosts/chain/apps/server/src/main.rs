//! Says which modules this build holds, one slug a line.

mod modules;

fn main() {
    eprintln!("for the tenant {}", rustok_tenant::nobody());
    for module in modules::build_registry().list() {
        println!("{}", module.slug());
    }
}
