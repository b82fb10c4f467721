-- What a treatment was told about: the aftercare as it was given, the warnings with their source,
-- and the clinic's first list of contraindications.

-- The words that were handed over; the template's may have changed since.
ALTER TABLE treatment ADD COLUMN aftercare VARCHAR;

-- The version of the history entry that a warning came from; NULL where it came from elsewhere.
ALTER TABLE treatment_warning ADD COLUMN history_entry_id UUID;

-- One entry speaks against several groups, written one after the other; NULL means all of them.
ALTER TABLE contraindication RENAME COLUMN product_group TO product_groups;

-- A starting point in our own words, for the clinic to edit: terms are beginnings of words, one a
-- line, looked for in conditions, medicines and contraindications that are active.
INSERT INTO contraindication (
    contraindication_id, name, terms, product_groups, level, advice, is_active, version, changed_at
) VALUES
('01a20000-0004-7000-8000-000000000001', 'Pregnancy, injectables',
 'pregnan
antenatal', 'toxin filler skin_booster', 'stop',
 'Nothing elective is injected in pregnancy. Offer a date after it.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000002', 'Pregnancy, skin and light',
 'pregnan
antenatal', 'skin_care device', 'caution',
 'No retinoids, no strong peels, no laser in pregnancy. Choose something gentler, or wait.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000003', 'Breastfeeding',
 'breastfeed
breast feed
lactati', 'toxin filler skin_booster', 'caution',
 'There is little evidence either way. Advise waiting; the prescriber decides.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000004', 'Anticoagulants',
 'anticoag
warfarin
apixaban
rivaroxaban
edoxaban
dabigatran
heparin
enoxaparin
blood thin', 'toxin filler skin_booster device', 'caution',
 'Bruising and bleeding are likelier. Never stop the medicine without its prescriber. Prefer a cannula, press longer.',
 true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000005', 'Antiplatelets and anti-inflammatories',
 'aspirin
clopidogrel
ticagrelor
prasugrel
ibuprofen
naproxen
diclofenac
fish oil', 'toxin filler skin_booster', 'caution',
 'Bruising is likelier. Say so before treating; a prescribed medicine goes on.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000006', 'Bleeding disorder',
 'haemophil
hemophil
von willebrand
thrombocytop
bleeding disorder', 'toxin filler skin_booster device', 'stop',
 'Treat only with the agreement of the haematology team.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000007', 'Disease of nerve and muscle',
 'myasthen
eaton lambert
lambert eaton
amyotrophic
motor neuron', 'toxin', 'stop',
 'Toxin can weaken breathing and swallowing in these diseases. Do not inject it.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000008', 'Aminoglycosides and muscle relaxants',
 'gentamicin
tobramycin
amikacin
neomycin
streptomycin
aminoglycos
muscle relaxant
baclofen', 'toxin', 'caution',
 'They can make toxin act more strongly. Wait until the course is over, or lower the dose.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000009', 'Facial palsy',
 'bells palsy
bell palsy
facial palsy', 'toxin', 'caution',
 'Muscles may answer unevenly. Photograph movement first and start low.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000010', 'Infection where it would be treated',
 'infect
cellulit
abscess
impetigo
shingles', 'toxin filler skin_booster skin_care device', 'stop',
 'Treat no skin that is infected now. Wait until it has healed.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000011', 'Cold sores',
 'cold sore
herpes', 'filler skin_booster skin_care device', 'caution',
 'Not while a sore is there. Consider an antiviral beforehand for lips, peels and laser.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000012', 'Autoimmune disease',
 'autoimmun
lupus
rheumatoid
crohn
scleroderma
sarcoid
multiple sclerosis', 'filler skin_booster device', 'caution',
 'Delayed reactions are likelier. Not during a flare; ask who looks after it.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000013', 'Immune system held down by medicine',
 'methotrexate
adalimumab
azathioprine
ciclosporin
mycophenolate
immunosuppress
chemotherap', 'filler skin_booster skin_care device', 'caution',
 'Infections come more easily and heal more slowly. Ask who prescribes it before treating.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000014', 'Isotretinoin',
 'isotretinoin
roaccutane
accutane', 'skin_care device', 'stop',
 'Skin heals badly under it and for months after. No peels, needling or laser until six months after the last dose.',
 true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000015', 'Keloid tendency',
 'keloid
hypertrophic scar', 'filler skin_booster skin_care device', 'caution',
 'Every wound may scar. Try a small area that does not show first.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000016', 'Epilepsy, light treatments',
 'epilep
seizure
photosensitiv
porphyria', 'device', 'stop',
 'Flashing or strong light can bring on an attack. No LED or laser without advice from the specialist.',
 true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000017', 'Recent dental work',
 'dental
tooth extract
root canal', 'filler', 'caution',
 'Bacteria can settle on filler. Leave two weeks between dental work and filler.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000018', 'Permanent filler in the area',
 'permanent filler
silicone
polyacrylamide', 'filler skin_booster', 'stop',
 'New filler beside permanent filler can set off lumps and infection. Do not inject that area.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000019', 'Anaphylaxis before',
 'anaphyla', NULL, 'caution',
 'Find out to what. Have adrenaline at hand and keep the patient for half an hour.', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0004-7000-8000-000000000020', 'Body image',
 'dysmorph', NULL, 'caution',
 'Treatment may not help and can harm. Offer a talk and a second appointment before anything else.',
 true, 1, TIMESTAMP '2026-11-24 00:00:00');
