"""The screens of photographs and video; each module is one part of them."""
