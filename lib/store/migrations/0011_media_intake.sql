-- The same file twice under the same key is refused even when two people bring it in at once.
CREATE UNIQUE INDEX media_item_digest ON media_item (digest);
