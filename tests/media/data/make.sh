#!/bin/sh
# Makes the corpus again, with Debian 12's packages imagemagick, libjpeg-turbo-progs, webp,
# libavif-bin, libheif-examples, libtiff-tools, ffmpeg, libimage-exiftool-perl, icc-profiles-free.
set -eu
cd "$(dirname "$0")"
rm -f ./*.jpg ./*.png ./*.webp ./*.avif ./*.tif ./*.heic ./*.mp4 ./*.mov ./*.webm
work=$(mktemp -d)
icc=/usr/share/color/icc/compatibleWithAdobeRGB1998.icc
quiet="-v error -y"

# Four corners that tell which way is up: red, green; blue, yellow. In between a soft grey.
convert -size 240x160 gradient:'#777-#bbb' -fill '#d02020' -draw 'rectangle 0,0 79,53' \
	-fill '#20a020' -draw 'rectangle 160,0 239,53' -fill '#2020d0' -draw 'rectangle 0,106 79,159' \
	-fill '#e0d020' -draw 'rectangle 160,106 239,159' "$work/base.ppm"

# JPEG
cjpeg -quality 85 -outfile plain.jpg "$work/base.ppm"
cjpeg -quality 85 -progressive -outfile progressive.jpg "$work/base.ppm"
cjpeg -quality 85 -grayscale -outfile grey.jpg "$work/base.ppm"
convert "$work/base.ppm" -colorspace CMYK -quality 85 cmyk.jpg
convert "$work/base.ppm" -resize 80x "$work/small.jpg"
exiftool -q -o dated.jpg -Make=PLANTED-make -Artist=PLANTED-artist -Comment=PLANTED-comment \
	-UserComment=PLANTED-note -XMP-dc:Description=PLANTED-xmp -IPTC:Keywords=PLANTED-iptc \
	-DateTimeOriginal='2024:07:14 10:20:30' -SubSecTimeOriginal=250 -OffsetTimeOriginal=+01:00 \
	-GPSLatitude=51.5 -GPSLatitudeRef=N -GPSLongitude=0.12 -GPSLongitudeRef=W \
	"-ThumbnailImage<=$work/small.jpg" plain.jpg
exiftool -q -o gps-time.jpg -DateTimeOriginal='2024:07:14 10:20:30' -GPSDateStamp=2024:07:14 \
	-GPSTimeStamp=09:20:28 plain.jpg
for turn in 1 2 3 4 5 6 7 8; do
	case $turn in
	1) how='-rotate 0' ;; 2) how=-flop ;; 3) how='-rotate 180' ;; 4) how=-flip ;;
	5) how=-transpose ;; 6) how='-rotate 270' ;; 7) how=-transverse ;; 8) how='-rotate 90' ;;
	esac
	# shellcheck disable=SC2086 # two words
	convert "$work/base.ppm" $how -quality 80 "$work/turned.jpg"
	exiftool -q -n -o "turned-$turn.jpg" -Orientation=$turn "$work/turned.jpg"
done
convert "$work/base.ppm" -profile /usr/share/color/icc/sRGB.icc -profile $icc -quality 92 adobe-rgb.jpg

# PNG
convert "$work/base.ppm" -define png:exclude-chunks=date,time plain.png
convert "$work/base.ppm" -depth 16 -define png:bit-depth=16 -define png:color-type=2 sixteen.png
convert "$work/base.ppm" -colorspace Gray -depth 16 -define png:bit-depth=16 \
	-define png:color-type=0 sixteen-grey.png
convert "$work/base.ppm" -alpha set -region 80x53+80+53 -alpha transparent +region \
	-define png:color-type=6 transparent.png
convert transparent.png -colors 200 PNG8:palette.png
convert "$work/base.ppm" -monochrome bits.png
ffmpeg $quiet -f lavfi -i testsrc2=size=64x48:rate=5:duration=1 -f apng animated.png

# WebP
cwebp -quiet -q 80 -metadata all dated.jpg -o plain.webp
cwebp -quiet -lossless transparent.png -o transparent.webp
img2webp -loop 0 -lossy -d 200 turned-1.jpg turned-3.jpg -o animated.webp >/dev/null 2>&1

# AVIF
avifenc -s 8 plain.png plain.avif >/dev/null
avifenc -s 8 --irot 1 plain.png turned.avif >/dev/null
ffmpeg $quiet -f lavfi -i testsrc2=size=64x48:rate=5:duration=1 -c:v libaom-av1 -cpu-used 8 \
	"$work/moving.y4m" 2>/dev/null || ffmpeg $quiet -f lavfi -i testsrc2=size=64x48:rate=5:duration=1 \
	-pix_fmt yuv420p "$work/moving.y4m"
avifenc -s 10 "$work/moving.y4m" animated.avif >/dev/null

# TIFF
convert "$work/base.ppm" "$work/plain.tif"
tiffcp -c lzw "$work/plain.tif" plain.tif
tiffcp -c jpeg -t -w 128 -l 128 "$work/plain.tif" tiled.tif 2>/dev/null || \
	tiffcp -c zip -t -w 128 -l 128 "$work/plain.tif" tiled.tif
convert "$work/base.ppm" -depth 16 -compress zip sixteen.tif
convert "$work/base.ppm" -colorspace CMYK -compress lzw cmyk.tif
convert "$work/base.ppm" -colorspace Lab -depth 8 -compress lzw lab.tif
tiffcp -c lzw "$work/plain.tif" "$work/plain.tif" pages.tif

# HEIC
heif-enc -q 60 -o plain.heic dated.jpg >/dev/null
heif-enc -q 60 -o turned.heic turned-6.jpg >/dev/null
convert "$work/base.ppm" -alpha set -region 80x53+80+53 -alpha transparent +region "$work/a.png"
heif-enc -q 60 -o transparent.heic "$work/a.png" >/dev/null

# Video
picture="-f lavfi -i testsrc2=size=320x240:rate=15:duration=2"
sound="-f lavfi -i sine=440:duration=2"
h264="-c:v libx264 -pix_fmt yuv420p -g 15"
place="-metadata location=+51.5074-000.1278/ -metadata comment=PLANTED-comment"
ffmpeg $quiet $picture $sound $h264 -c:a aac -b:a 32k $place -metadata title=PLANTED-title \
	-metadata creation_time=2024-07-14T09:20:30Z -metadata:s:v handler_name=PLANTED-handler video.mp4
ffmpeg $quiet -i video.mp4 -map_metadata -1 -metadata:s:v rotate=90 -c copy turned.mov
ffmpeg $quiet -i video.mp4 -map_metadata -1 -movflags use_metadata_tags+faststart -c copy \
	-metadata com.apple.quicktime.creationdate=2024-07-14T10:20:30+0100 \
	-metadata com.apple.quicktime.location.ISO6709=PLANTED-place dated.mov
ffmpeg $quiet -i video.mp4 -map_metadata -1 -c copy -movflags frag_keyframe+empty_moov fragmented.mp4
ffmpeg $quiet -i video.mp4 -map_metadata -1 -c copy -bsf:v noise=drop=key keyless.mp4
ffmpeg $quiet $sound -c:a aac -b:a 32k sound.mp4
ffmpeg $quiet $picture $sound -c:v libx265 -x265-params log-level=none -tag:v hvc1 \
	-pix_fmt yuv420p10le -c:a pcm_s16le -ar 8000 hevc.mov
ffmpeg $quiet $picture -c:v prores_ks -profile:v 0 -s 160x120 -t 0.4 prores.mov
ffmpeg $quiet $picture $sound -c:v libvpx-vp9 -b:v 100k -c:a libopus -b:a 24k -t 1 vp9.webm
ffmpeg $quiet $picture -c:v libvpx -b:v 100k -t 1 -f webm - | cat >vp8-recorded.webm
ffmpeg $quiet -f lavfi -i color=black:size=320x240:rate=15:duration=1 $picture \
	-filter_complex '[0][1]concat' $h264 fade.mp4
ffmpeg $quiet -f lavfi -i testsrc2=size=180x120:rate=10:duration=1 -vf setsar=2/1 $h264 wide.mp4
# The colour 200, 120, 80 as HLG has it: 159, 117, 79.
ffmpeg $quiet -f lavfi -i color=c=0x9F754F:size=320x180:rate=10:duration=1 \
	-vf scale=out_color_matrix=bt2020:out_range=tv -pix_fmt yuv420p10le -c:v libx265 \
	-x265-params log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc \
	-tag:v hvc1 hlg.mov
rm -r "$work"
