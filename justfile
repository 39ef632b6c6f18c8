# The team's habits. `just --list` explains them; every recipe is a line you can also type.

# Make and serve the demo town (release build)
demo *ARGS:
    scripts/demo {{ARGS}}

# Everything that must hold before a change lands
test:
    scripts/test

# Formatting and lints only
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    npm --prefix web run check

# Unit tests of one room: `just unit tile::`
unit ROOM="":
    cargo test --workspace --lib {{ROOM}}

# Format everything
fmt:
    cargo fmt --all

# Load and tile times for 1,000,000 generated parcels, printed as a table
bench PARCELS="1000000":
    scripts/bench {{PARCELS}}

# The parcels of a generated town so many times over, loaded and drawn
country COPIES="10":
    cargo bench --bench country -- {{COPIES}}

# What is found of so many generated addresses, in how long
geocode ADDRESSES="1000000" *ARGS:
    cargo bench --bench geocode -- {{ADDRESSES}} {{ARGS}}

# This server beside Martin and VersaTiles on the same town, written into docs/performance.md
peers *ARGS:
    scripts/bench-peers {{ARGS}}

# This geocoder beside addok and Nominatim on the same addresses, written into docs/performance.md
geocoders *ARGS:
    scripts/bench-geocoders {{ARGS}}

# What each weight of the ranking is worth on the test cases
weights:
    scripts/weights
