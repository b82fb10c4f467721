-- Fetching one rendition by its picture: a key of two columns finds nothing in DuckDB when only one
-- of them is asked for, and by the patient there may be ten thousand.
CREATE INDEX media_rendition_media ON media_rendition (media_id);
