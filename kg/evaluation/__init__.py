"""How good the extraction is: figures by the annotation guide, and the mistakes behind them."""
