//! Compiles `openapi.yaml` into the generated layer; the compiler is in `codegen`.

use std::{env, error::Error, fs, path::PathBuf, process::exit};

use xquik_codegen::{Settings, compile, document::Document};

#[allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to cargo"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.yaml");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts")?);
    let text = fs::read("openapi.yaml").map_err(|error| format!("openapi.yaml: {error}"))?;
    let mut settings = Settings::with_hooks("crate::send::CallContext");
    if env::var_os("CARGO_FEATURE_SCHEMARS").is_some() {
        settings = settings.with_schemars();
    }
    let output = Document::read("openapi.yaml", &text)
        .map_err(|error| vec![error.into()])
        .and_then(|document| compile(&document, &settings))
        .unwrap_or_else(|errors| {
            for error in errors {
                println!("cargo::error={}", error.line("openapi.yaml"));
            }
            exit(1)
        });
    // Patterns that are more than runs of characters need an engine, which would be one more dependency of everybody's.
    if output.dependencies().contains("\nregress ") {
        println!(
            "cargo::error=openapi.yaml: a pattern needs the crate `regress` at run time: write it as characters and \
             their number (`^[a-z]{{1,9}}$`), or add the dependency and take out this check"
        );
        exit(1)
    }
    // The lowered document is there for the snapshots, which hold what was compiled.
    let lowered = ("lowered.json", output.lowered.as_str());
    for (name, text) in output.files().into_iter().chain([lowered]) {
        fs::write(out.join(name), text)?;
    }
    Ok(())
}
