"""Tests of disposal: what is searched for, the proof, the certificate."""
