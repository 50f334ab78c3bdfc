"""The commands of `epikrise finetune`, one a file; heavy imports stand inside them."""
